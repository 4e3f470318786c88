#include "core/books/date.h"

#include <array>
#include <cstddef>

#include "core/books/text.h"

namespace cutover::books {
namespace {

constexpr std::int64_t year_min = -3000;
constexpr std::int64_t year_max = 2100;
constexpr std::int64_t not_a_number = -1;

constexpr std::array<std::string_view, 12> months = {
    "January", "February", "March",     "April",   "May",      "June",
    "July",    "August",   "September", "October", "November", "December"};

// At most a few digits; not_a_number when the text is anything else.
std::int64_t number_of(std::string_view text) {
  if (!is_digits(text)) {
    return not_a_number;
  }
  std::int64_t number = 0;
  for (const char digit : text) {
    number = number * 10 + (digit - '0');
  }
  return number;
}

bool is_month(std::int64_t number) {
  return number >= 1 && number <= 12;
}
bool is_day(std::int64_t number) {
  return number >= 1 && number <= 31;
}

bool is_time(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789:.+-Z") == std::string_view::npos;
}

// What follows the year in DDDD, DDDD-DD, DDDD-DD-DD and DDDD-DD-DDT...
bool is_rest_of_iso_date(std::string_view rest) {
  if (rest.empty()) {
    return true;
  }
  if (rest[0] != '-' || rest.size() < 3 || !is_month(number_of(rest.substr(1, 2)))) {
    return false;
  }
  rest.remove_prefix(3);
  if (rest.empty()) {
    return true;
  }
  if (rest[0] != '-' || rest.size() < 3 || !is_day(number_of(rest.substr(1, 2)))) {
    return false;
  }
  rest.remove_prefix(3);
  return rest.empty() || (rest[0] == 'T' && is_time(rest.substr(1)));
}

// DD/DD without saying which of them is the month.
bool is_day_and_month(std::string_view text) {
  const std::int64_t first = number_of(text.substr(0, 2));
  const std::int64_t second = number_of(text.substr(3));
  return is_day(first) && is_day(second) && (is_month(first) || is_month(second));
}

bool is_month_name(std::string_view text) {
  for (const std::string_view month : months) {
    if (text == month || text == month.substr(0, 3)) {
      return true;
    }
  }
  return false;
}

// "Month" or "Month D," or "Month DD,", each before a space and the year.
bool is_named_month(std::string_view text) {
  const std::size_t space = text.find(' ');
  if (space == std::string_view::npos) {
    return is_month_name(text);
  }
  const std::string_view day = text.substr(space + 1);
  if (day.size() < 2 || day.size() > 3 || day.back() != ',') {
    return false;
  }
  return is_month_name(text.substr(0, space)) && is_day(number_of(day.substr(0, day.size() - 1)));
}

// The year of a text of one of the forms; not_a_number when it has none of them.
std::int64_t year_of(std::string_view text) {
  if (text.size() < 4) {
    return not_a_number;
  }
  const std::int64_t first_four = number_of(text.substr(0, 4));
  if (first_four != not_a_number) {
    return is_rest_of_iso_date(text.substr(4)) ? first_four : not_a_number;
  }
  const std::int64_t last_four = number_of(text.substr(text.size() - 4));
  if (last_four == not_a_number || text.size() < 5) {
    return not_a_number;
  }
  const char separator = text[text.size() - 5];
  const std::string_view before = text.substr(0, text.size() - 5);
  if (separator == '/' && before.size() == 5 && before[2] == '/' && is_day_and_month(before)) {
    return last_four;
  }
  return separator == ' ' && is_named_month(before) ? last_four : not_a_number;
}

void believe(std::int64_t year, DateReading& reading) {
  if (year == 0) {
    reading.marks.add(Mark::date_unknown);
  } else if (year < year_min || year > year_max) {
    reading.marks.add(Mark::date_implausible);
  } else {
    reading.year = year;
  }
}

}  // namespace

DateReading read_date(std::string_view text) {
  DateReading reading;
  const std::int64_t year = text == "0" ? 0 : year_of(trimmed(text));
  if (year == not_a_number) {
    reading.marks.add(Mark::date_unparsed);
  } else {
    believe(year, reading);
  }
  return reading;
}

DateReading read_date(std::int64_t number) {
  DateReading reading;
  reading.marks.add(Mark::date_not_text);
  believe(number, reading);
  return reading;
}

}  // namespace cutover::books
