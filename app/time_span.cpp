#include "app/time_span.h"

#include <charconv>
#include <cmath>

namespace cutover::app {

tl::expected<Duration, std::string> time_span_of(std::string_view text) {
  const auto wrong = [&] {
    return tl::unexpected("'" + std::string(text) +
                          "': must be a time such as 90s, 5m or 2h, at most 1000h");
  };
  double number = 0;
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), number, std::chars_format::fixed);
  if (error != std::errc()) return wrong();
  const std::string_view unit(end, static_cast<std::size_t>(text.data() + text.size() - end));
  double seconds = 0;
  if (unit == "s" || unit.empty()) seconds = number;
  if (unit == "m") seconds = number * 60;
  if (unit == "h") seconds = number * 3600;
  if (!std::isfinite(seconds) || seconds < 0.001 || seconds > 3'600'000) return wrong();
  return Duration(static_cast<Duration::rep>(std::llround(seconds * 1e6)));
}

}  // namespace cutover::app
