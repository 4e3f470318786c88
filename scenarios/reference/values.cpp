#include "scenarios/reference/values.h"

#include <cmath>
#include <cstddef>

namespace cutover::reference {
namespace {

constexpr std::string_view kBlanks = " \t\r\n";

unsigned char byte_at(std::string_view bytes, std::size_t position) {
  return position < bytes.size() ? static_cast<unsigned char>(bytes[position]) : 0;
}

bool is_between(unsigned char byte, unsigned char low, unsigned char high) {
  return byte >= low && byte <= high;
}

// Length in bytes of the well-formed character at `position`, or 0. The ranges of the second byte
// are those of table 3-7 of the Unicode standard.
std::size_t character_length(std::string_view bytes, std::size_t position) {
  const unsigned char first = byte_at(bytes, position);
  if (first < 0x80) return 1;
  const unsigned char second = byte_at(bytes, position + 1);
  if (is_between(first, 0xC2, 0xDF)) return is_between(second, 0x80, 0xBF) ? 2 : 0;
  const bool third_fits = is_between(byte_at(bytes, position + 2), 0x80, 0xBF);
  if (is_between(first, 0xE0, 0xEF)) {
    const unsigned char low = first == 0xE0 ? 0xA0 : 0x80;
    const unsigned char high = first == 0xED ? 0x9F : 0xBF;
    return is_between(second, low, high) && third_fits ? 3 : 0;
  }
  const bool fourth_fits = is_between(byte_at(bytes, position + 3), 0x80, 0xBF);
  if (is_between(first, 0xF0, 0xF4)) {
    const unsigned char low = first == 0xF0 ? 0x90 : 0x80;
    const unsigned char high = first == 0xF4 ? 0x8F : 0xBF;
    return is_between(second, low, high) && third_fits && fourth_fits ? 4 : 0;
  }
  return 0;
}

}  // namespace

bool is_blank(std::string_view text) {
  return text.find_first_not_of(kBlanks) == std::string_view::npos;
}

std::string_view trim(std::string_view text) {
  if (is_blank(text)) return {};
  const std::size_t first = text.find_first_not_of(kBlanks);
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

bool is_filled_text(const Json& value) {
  return value.text() != nullptr && !is_blank(*value.text());
}

bool is_absent(const Json* value) {
  return value == nullptr || value->is_null();
}

bool is_utf8(std::string_view bytes) {
  std::size_t position = 0;
  while (position < bytes.size()) {
    const std::size_t length = character_length(bytes, position);
    if (length == 0) return false;
    position += length;
  }
  return true;
}

std::optional<long long> whole_number(const Json& value) {
  static constexpr long long kGreatest = 1LL << 53;
  if (const auto* integer = std::get_if<std::int64_t>(&value.content)) {
    if (*integer >= -kGreatest && *integer <= kGreatest) return *integer;
  }
  if (const double* real = std::get_if<double>(&value.content)) {
    const bool is_whole = std::floor(*real) == *real;
    if (is_whole && std::fabs(*real) <= static_cast<double>(kGreatest)) {
      return static_cast<long long>(*real);
    }
  }
  return std::nullopt;
}

}  // namespace cutover::reference
