// Isbn: a valid ISBN in its one canonical form, the 13 digits of an ISBN-13.
//
// ISBN-10, hyphens, a lower-case x and lost leading zeros are ways of writing it, not different
// books (plan defect T11). Rules: docs/TRANSFORM.md section 1.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <tl/expected.hpp>

namespace cutover::books {

enum class IsbnError : std::uint8_t { missing, malformed, unknown_prefix, bad_check_digit };

struct ParsedIsbn;

class Isbn {
 public:
  // Reads any accepted way of writing an ISBN. Total: any bytes give an Isbn or an error.
  static tl::expected<ParsedIsbn, IsbnError> parse(std::string_view text);

  [[nodiscard]] std::string_view digits() const { return {digits_.data(), digits_.size()}; }
  [[nodiscard]] std::string str() const { return std::string(digits()); }

  friend auto operator<=>(const Isbn&, const Isbn&) = default;

 private:
  explicit Isbn(const std::array<char, 13>& digits) : digits_(digits) {}
  std::array<char, 13> digits_{};
};

struct ParsedIsbn {
  Isbn isbn;
  bool zeros_restored = false;  // fewer than 10 characters were given
  bool canonical = false;       // the text was exactly the 13 digits
};

// The 13 digits as a number, which is smaller than the text and orders the same. Other text:
// nothing.
[[nodiscard]] std::optional<std::uint64_t> isbn_number(std::string_view digits);

// "isbn_missing", "isbn_malformed", "isbn_unknown_prefix", "isbn_bad_check_digit".
[[nodiscard]] std::string_view name_of(IsbnError error);

}  // namespace cutover::books
