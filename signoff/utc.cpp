#include "signoff/utc.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <optional>

namespace cutover::signoff {
namespace {

using namespace std::chrono;

constexpr std::string_view form = "0000-00-00T00:00:00Z";  // 0 is any digit
constexpr std::size_t date_length = 10;
constexpr UnixSeconds seconds_of_day = 86'400;
constexpr UnixSeconds last_second = 253'402'300'799;  // 9999-12-31T23:59:59Z

bool has_form(std::string_view text, std::string_view wanted) {
  return std::equal(text.begin(), text.end(), wanted.begin(), wanted.end(), [](char c, char want) {
    return want == '0' ? c >= '0' && c <= '9' : c == want;
  });
}

int number_at(std::string_view text, std::size_t at, std::size_t digits) {
  int number = 0;
  for (const char digit : text.substr(at, digits)) number = 10 * number + (digit - '0');
  return number;
}

// The text has the form.
std::optional<UnixSeconds> midnight_of(std::string_view text) {
  const year_month_day date{year(number_at(text, 0, 4)),
                            month(static_cast<unsigned>(number_at(text, 5, 2))),
                            day(static_cast<unsigned>(number_at(text, 8, 2)))};
  if (!date.ok() || date.year() < year(1970)) return std::nullopt;
  return sys_days(date).time_since_epoch().count() * seconds_of_day;
}

tl::unexpected<std::string> expected_form(std::string_view also) {
  return tl::unexpected("must be a time in UTC such as 2026-11-27T09:30:00Z" + std::string(also));
}

std::optional<UnixSeconds> time_of(std::string_view text) {
  if (!has_form(text, form)) return std::nullopt;
  const int hour = number_at(text, 11, 2);
  const int minute = number_at(text, 14, 2);
  const int second = number_at(text, 17, 2);
  const auto midnight = midnight_of(text);
  if (!midnight || hour > 23 || minute > 59 || second > 59) return std::nullopt;
  return *midnight + (hour * 60 + minute) * 60 + second;
}

}  // namespace

std::string utc_text(UnixSeconds time) {
  time = std::clamp(time, UnixSeconds{0}, last_second);
  const year_month_day date{sys_days(days(time / seconds_of_day))};
  const auto second = static_cast<int>(time % seconds_of_day);
  char text[64];
  std::snprintf(text, sizeof text, "%04d-%02u-%02uT%02d:%02d:%02dZ", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                second / 3600, second / 60 % 60, second % 60);
  return text;
}

tl::expected<UnixSeconds, std::string> utc_from(std::string_view text) {
  const auto time = time_of(text);
  if (!time) return expected_form("");
  return *time;
}

tl::expected<UnixSeconds, std::string> utc_until(std::string_view text) {
  const bool date_alone = has_form(text, form.substr(0, date_length));
  const auto midnight = date_alone ? midnight_of(text) : std::nullopt;
  if (midnight) return *midnight + seconds_of_day - 1;
  const auto time = time_of(text);
  if (!time) return expected_form(", or a date such as 2026-12-31");
  return *time;
}

}  // namespace cutover::signoff
