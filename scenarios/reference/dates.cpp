#include "scenarios/reference/dates.h"

#include <cstddef>

#include "scenarios/reference/values.h"

namespace cutover::reference {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// D in `shape` is a digit; every other character is itself.
bool has_shape(std::string_view text, std::string_view shape) {
  if (text.size() != shape.size()) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (shape[i] == 'D' ? !is_digit(text[i]) : text[i] != shape[i]) return false;
  }
  return true;
}

// Of a text of at most 4 digits.
int number(std::string_view digits) {
  int value = 0;
  for (const char c : digits) value = value * 10 + (c - '0');
  return value;
}

bool is_month(int value) {
  return value >= 1 && value <= 12;
}
bool is_day(int value) {
  return value >= 1 && value <= 31;
}

// DDDD-DD-DD with a month and a day that exist.
bool is_day_form(std::string_view text) {
  return has_shape(text, "DDDD-DD-DD") && is_month(number(text.substr(5, 2))) &&
         is_day(number(text.substr(8, 2)));
}

// What follows the T: one or more of digits, colon, full stop, plus, hyphen, Z.
bool is_time_text(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789:.+-Z") == std::string_view::npos;
}

bool is_month_name(std::string_view word) {
  static constexpr std::string_view kMonths[] = {"January",   "February", "March",    "April",
                                                 "May",       "June",     "July",     "August",
                                                 "September", "October",  "November", "December"};
  for (const std::string_view month : kMonths) {
    if (word == month || word == month.substr(0, 3)) return true;
  }
  return false;
}

// `Month DDDD`, `Month D, DDDD`, `Month DD, DDDD`.
std::optional<int> year_after_month_name(std::string_view text) {
  const std::size_t space = text.find(' ');
  if (space == std::string_view::npos || !is_month_name(text.substr(0, space))) return {};
  const std::string_view rest = text.substr(space + 1);
  if (has_shape(rest, "DDDD")) return number(rest);
  for (const std::string_view shape : {"D, DDDD", "DD, DDDD"}) {
    if (!has_shape(rest, shape)) continue;
    const std::size_t comma = rest.find(',');
    if (is_day(number(rest.substr(0, comma)))) return number(rest.substr(comma + 2));
  }
  return {};
}

bool is_believed(long long year) {
  return (year >= 1 && year <= 2100) || (year >= -3000 && year <= -1);
}

DateReading read_text_date(const std::string& text) {
  DateReading reading;
  if (is_blank(text)) return reading;
  reading.published_date = text;
  if (text == "0") {
    reading.marks.insert("date_unknown");
    return reading;
  }
  const std::optional<int> year = year_of_form(trim(text));
  if (!year) {
    reading.marks.insert("date_unparsed");
  } else if (*year == 0) {
    reading.marks.insert("date_unknown");
  } else if (!is_believed(*year)) {
    reading.marks.insert("date_implausible");
  } else {
    reading.publication_year = *year;
  }
  return reading;
}

DateReading read_whole_number_date(long long year) {
  DateReading reading;
  reading.published_date = std::to_string(year);
  if (year == 0) {
    reading.marks.insert("date_unknown");
  } else if (!is_believed(year)) {
    reading.marks.insert("date_implausible");
  } else {
    reading.publication_year = year;
  }
  return reading;
}

}  // namespace

std::optional<int> year_of_form(std::string_view text) {
  if (has_shape(text, "DDDD")) return number(text);
  if (has_shape(text, "DDDD-DD") && is_month(number(text.substr(5)))) {
    return number(text.substr(0, 4));
  }
  if (is_day_form(text)) return number(text.substr(0, 4));
  if (text.size() > 11 && text[10] == 'T' && is_day_form(text.substr(0, 10)) &&
      is_time_text(text.substr(11))) {
    return number(text.substr(0, 4));
  }
  if (has_shape(text, "DD/DD/DDDD")) {
    const int first = number(text.substr(0, 2));
    const int second = number(text.substr(3, 2));
    if (is_day(first) && is_day(second) && (is_month(first) || is_month(second))) {
      return number(text.substr(6));
    }
    return {};
  }
  return year_after_month_name(text);
}

DateReading read_date(const Json* value) {
  if (is_absent(value)) return {};
  if (value->text() != nullptr) return read_text_date(*value->text());
  DateReading reading;
  const Json* dollar_date = value->find("$date");
  if (const std::optional<long long> year = whole_number(*value)) {
    reading = read_whole_number_date(*year);
  } else if (dollar_date != nullptr && dollar_date->text() != nullptr) {
    reading = read_text_date(*dollar_date->text());
  } else {
    reading.marks.insert("date_unparsed");
  }
  reading.marks.insert("date_not_text");
  return reading;
}

}  // namespace cutover::reference
