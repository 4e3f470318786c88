#include "core/books/isbn.h"

#include <charconv>
#include <cstddef>

#include "core/books/text.h"

namespace cutover::books {
namespace {

constexpr std::size_t isbn_13_length = 13;
constexpr std::size_t isbn_10_length = 10;
constexpr std::size_t isbn_10_length_min = 7;  // three leading zeros lost

// The ISBN's characters without the hyphens and spaces between them.
struct Compact {
  std::array<char, isbn_13_length> characters{};
  std::size_t length = 0;  // may exceed the array: then the rest was not kept

  [[nodiscard]] std::string_view view() const { return {characters.data(), length}; }
};

Compact compact(std::string_view text) {
  Compact result;
  for (const char character : text) {
    if (character == '-' || character == ' ') {
      continue;
    }
    if (result.length < result.characters.size()) {
      result.characters[result.length] = character;
    }
    ++result.length;
  }
  return result;
}

// The last digit of an ISBN-13 whose first twelve are given.
char check_digit_13(const std::array<char, isbn_13_length>& digits) {
  int sum = 0;
  for (std::size_t place = 0; place + 1 < digits.size(); ++place) {
    sum += (digits[place] - '0') * (place % 2 == 0 ? 1 : 3);
  }
  return static_cast<char>('0' + (10 - sum % 10) % 10);
}

// An ISBN-10's first nine digits count 10 down to 2, its check digit counts 1. Leading zeros that
// were lost add nothing, so the text is weighed from its end.
bool has_good_check_digit_10(std::string_view text) {
  int sum = 0;
  int weight = static_cast<int>(text.size());
  for (const char character : text) {
    sum += (is_digit(character) ? character - '0' : 10) * weight;
    --weight;
  }
  return sum % 11 == 0;
}

bool has_shape_10(std::string_view text) {
  if (text.size() < isbn_10_length_min || text.size() > isbn_10_length) {
    return false;
  }
  const char last = text.back();
  return is_digits(text.substr(0, text.size() - 1)) &&
         (is_digit(last) || last == 'X' || last == 'x');
}

std::array<char, isbn_13_length> to_13(std::string_view isbn_10) {
  std::array<char, isbn_13_length> digits{'9', '7', '8'};
  const std::size_t lost = isbn_10_length - isbn_10.size();
  for (std::size_t place = 0; place < isbn_10_length - 1; ++place) {
    digits[place + 3] = place < lost ? '0' : isbn_10[place - lost];
  }
  digits.back() = check_digit_13(digits);
  return digits;
}

}  // namespace

tl::expected<ParsedIsbn, IsbnError> Isbn::parse(std::string_view text) {
  const Compact given = compact(text);
  if (given.length == 0) {
    return tl::unexpected(IsbnError::missing);
  }
  if (given.length > isbn_13_length) {
    return tl::unexpected(IsbnError::malformed);
  }
  const std::string_view characters = given.view();
  if (given.length == isbn_13_length && is_digits(characters)) {
    const std::string_view prefix = characters.substr(0, 3);
    if ((prefix != "978" && prefix != "979") || characters.substr(0, 4) == "9790") {
      return tl::unexpected(IsbnError::unknown_prefix);
    }
    if (characters.back() != check_digit_13(given.characters)) {
      return tl::unexpected(IsbnError::bad_check_digit);
    }
    const bool canonical = text.size() == isbn_13_length;
    return ParsedIsbn{.isbn = Isbn(given.characters), .canonical = canonical};
  }
  if (!has_shape_10(characters)) {
    return tl::unexpected(IsbnError::malformed);
  }
  if (!has_good_check_digit_10(characters)) {
    return tl::unexpected(IsbnError::bad_check_digit);
  }
  return ParsedIsbn{.isbn = Isbn(to_13(characters)),
                    .zeros_restored = given.length < isbn_10_length};
}

std::optional<std::uint64_t> isbn_number(std::string_view digits) {
  std::uint64_t number = 0;
  const char* const end = digits.data() + digits.size();
  // Not std::stoull: it goes through errno, which fibers of one thread share.
  const auto read = std::from_chars(digits.data(), end, number);
  if (digits.size() != 13 || read.ec != std::errc() || read.ptr != end) return std::nullopt;
  return number;
}

std::string_view name_of(IsbnError error) {
  switch (error) {
    case IsbnError::missing: return "isbn_missing";
    case IsbnError::malformed: return "isbn_malformed";
    case IsbnError::unknown_prefix: return "isbn_unknown_prefix";
    case IsbnError::bad_check_digit: break;
  }
  return "isbn_bad_check_digit";
}

}  // namespace cutover::books
