#include "core/api/text_rules.h"

#include <charconv>

#include <simdjson.h>

#include "core/books/text.h"

namespace cutover::api {
namespace {

constexpr std::size_t shown_bytes_max = 60;

}  // namespace

bool is_utf8(std::string_view bytes) {
  return simdjson::validate_utf8(bytes.data(), bytes.size());
}

bool is_clean_text(std::string_view bytes) {
  if (!is_utf8(bytes)) return false;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const auto byte = static_cast<unsigned char>(bytes[i]);
    if (byte < 0x20 || byte == 0x7F) return false;
    // C1 is U+0080 to U+009F: C2 80 to C2 9F.
    if (byte == 0xC2 && static_cast<unsigned char>(bytes[i + 1]) < 0xA0) return false;
  }
  return true;
}

std::string printable(std::string_view bytes, std::size_t bytes_max) {
  std::string text(bytes.substr(0, bytes_max));
  for (char& character : text) {
    if (character < 0x20 || character > 0x7E) character = '?';
  }
  return text;
}

std::string shown(std::string_view bytes) {
  std::string text = "\"" + printable(bytes, shown_bytes_max);
  if (bytes.size() > shown_bytes_max) text += "...";
  return text + "\"";
}

std::optional<std::int64_t> whole_number(std::string_view text, std::int64_t low,
                                         std::int64_t high) {
  if (!books::is_digits(text) || (text.size() > 1 && text.front() == '0')) return std::nullopt;
  std::int64_t value = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
  if (read.ec != std::errc() || value < low || value > high) return std::nullopt;
  return value;
}

}  // namespace cutover::api
