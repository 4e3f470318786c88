// Text: what docs/TRANSFORM.md calls blank.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string_view>

namespace cutover::books {

inline constexpr std::string_view blanks = " \t\r\n";

// Empty, or only space, tab, CR, LF. Other blanks of Unicode count as text.
[[nodiscard]] inline bool is_blank(std::string_view text) {
  return text.find_first_not_of(blanks) == std::string_view::npos;
}

[[nodiscard]] inline std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(blanks);
  if (first == std::string_view::npos) {
    return {};
  }
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

[[nodiscard]] inline bool is_digit(char character) {
  return character >= '0' && character <= '9';
}

// At least one character, and all of them ASCII digits.
[[nodiscard]] inline bool is_digits(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), is_digit);
}

}  // namespace cutover::books
