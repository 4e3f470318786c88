#include "load/words.h"

#include <fmt/format.h>

namespace cutover::load {

std::string time_words(Duration duration) {
  return ms_words(static_cast<double>(duration.count()) / 1000);
}

std::string ms_words(double ms) {
  if (ms < 1000) return fmt::format("{:.2f}ms", ms);
  return fmt::format("{:.2f}s", ms / 1000);
}

std::string share_words(double share) {
  return fmt::format("{:.2f}%", share * 100);
}

std::string share_words(std::optional<double> share) {
  return share ? share_words(*share) : "-";
}

std::string byte_words(double bytes) {
  if (bytes < 1e3) return fmt::format("{:.0f} B", bytes);
  if (bytes < 1e6) return fmt::format("{:.1f} kB", bytes / 1e3);
  if (bytes < 1e9) return fmt::format("{:.1f} MB", bytes / 1e6);
  return fmt::format("{:.2f} GB", bytes / 1e9);
}

std::string count_words(std::int64_t number) {
  std::string digits = std::to_string(number);
  const std::size_t first = number < 0 ? 1 : 0;
  for (std::size_t i = digits.size(); i > first + 3; i -= 3) digits.insert(i - 3, ",");
  return digits;
}

}  // namespace cutover::load
