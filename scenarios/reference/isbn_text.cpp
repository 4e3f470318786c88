#include "scenarios/reference/isbn_text.h"

#include <cstddef>

namespace cutover::reference {
namespace {

bool is_isbn_digit(char c) {
  return c >= '0' && c <= '9';
}

bool all_digits(std::string_view text) {
  for (const char c : text) {
    if (!is_isbn_digit(c)) return false;
  }
  return true;
}

// `count` digits and a digit, X or x.
bool is_digits_and_check(std::string_view text, std::size_t count) {
  if (text.size() != count + 1 || !all_digits(text.substr(0, count))) return false;
  const char check = text.back();
  return is_isbn_digit(check) || check == 'X' || check == 'x';
}

// The digit that makes the weighted sum (1, 3, 1, 3, ...) of all 13 a multiple of 10.
char check_digit_13(std::string_view first_12) {
  int sum = 0;
  for (std::size_t i = 0; i < 12; ++i) sum += (first_12[i] - '0') * (i % 2 == 0 ? 1 : 3);
  return static_cast<char>('0' + (10 - sum % 10) % 10);
}

// The weighted sum (10, 9, ..., 1) must be a multiple of 11; X stands for ten.
bool check_digit_10_is_right(std::string_view ten) {
  int sum = 0;
  for (std::size_t i = 0; i < 10; ++i) {
    const int digit = is_isbn_digit(ten[i]) ? ten[i] - '0' : 10;
    sum += digit * static_cast<int>(10 - i);
  }
  return sum % 11 == 0;
}

IsbnReading refuse(std::string_view reason) {
  IsbnReading reading;
  reading.reason = reason;
  return reading;
}

IsbnReading read_thirteen(const std::string& digits) {
  const std::string prefix = digits.substr(0, 3);
  if (prefix != "978" && prefix != "979") return refuse("isbn_unknown_prefix");
  if (digits.substr(0, 4) == "9790") return refuse("isbn_unknown_prefix");
  if (digits[12] != check_digit_13(digits)) return refuse("isbn_bad_check_digit");
  IsbnReading reading;
  reading.isbn = digits;
  return reading;
}

IsbnReading read_ten(const std::string& ten) {
  if (!check_digit_10_is_right(ten)) return refuse("isbn_bad_check_digit");
  IsbnReading reading;
  reading.isbn = "978" + ten.substr(0, 9);
  reading.isbn += check_digit_13(reading.isbn);
  return reading;
}

}  // namespace

IsbnReading read_isbn(std::string_view text) {
  std::string kept;
  for (const char c : text) {
    if (c != '-' && c != ' ') kept += c;
  }
  if (kept.empty()) return refuse("isbn_missing");
  if (kept.size() == 13 && all_digits(kept)) return read_thirteen(kept);
  if (is_digits_and_check(kept, 9)) return read_ten(kept);
  for (const std::size_t count : {6U, 7U, 8U}) {
    if (!is_digits_and_check(kept, count)) continue;
    IsbnReading reading = read_ten(std::string(10 - kept.size(), '0') + kept);
    reading.zeros_restored = reading.reason.empty();
    return reading;
  }
  return refuse("isbn_malformed");
}

KeyReading read_key(std::string_view key) {
  static constexpr std::string_view kPlan = "book:isbn:";
  static constexpr std::string_view kOlder = "search:isbn:isbn=";
  KeyReading reading;
  const bool is_plan = key.substr(0, kPlan.size()) == kPlan;
  if (!is_plan && key.substr(0, kOlder.size()) != kOlder) {
    reading.isbn = refuse("key_unknown");
    return reading;
  }
  const std::string_view text = key.substr(is_plan ? kPlan.size() : kOlder.size());
  reading.isbn = read_isbn(text);
  reading.source_rank = (text == reading.isbn.isbn ? 0 : 2) + (is_plan ? 0 : 1);
  return reading;
}

}  // namespace cutover::reference
