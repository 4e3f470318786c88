#include "adapters/dump/json_text.h"

#include <simdjson.h>

#include "adapters/dump/splitter.h"

namespace cutover::dump {
namespace {

// Behind the string that starts at `at`.
std::size_t end_of_string(std::string_view text, std::size_t at) {
  for (++at; at < text.size() && text[at] != '"'; ++at) {
    if (text[at] == '\\') ++at;
  }
  return at + 1;
}

// Behind the value that starts at `at`: at its comma or closing bracket, or blanks before them.
std::size_t end_of_value(std::string_view text, std::size_t at) {
  std::size_t depth = 0;
  while (at < text.size()) {
    const char c = text[at];
    if (depth == 0 && (c == ',' || c == '}' || c == ']')) return at;
    if (c == '{' || c == '[') ++depth;
    if (c == '}' || c == ']') --depth;
    at = c == '"' ? end_of_string(text, at) : at + 1;
  }
  return text.size();
}

std::size_t skip_blanks(std::string_view text, std::size_t at) {
  while (at < text.size() && is_blank(text[at])) ++at;
  return at;
}

}  // namespace

std::optional<std::string> compact_json(std::string_view text) {
  simdjson::dom::parser parser;
  if (parser.allocate(text.size(), json_depth_max) != simdjson::SUCCESS) return std::nullopt;
  const simdjson::padded_string padded(text);
  if (parser.parse(padded).error() != simdjson::SUCCESS) return std::nullopt;
  // The padding leaves room for the blocks that minify writes.
  std::string compact(text.size() + simdjson::SIMDJSON_PADDING, '\0');
  std::size_t size = 0;
  if (simdjson::minify(text.data(), text.size(), compact.data(), size) != simdjson::SUCCESS) {
    return std::nullopt;
  }
  compact.resize(size);
  return compact;
}

std::string_view nth_field_value(std::string_view object, std::size_t n) {
  std::size_t at = skip_blanks(object, 0) + 1;  // behind '{'
  for (std::size_t i = 0;; ++i) {
    at = skip_blanks(object, end_of_string(object, skip_blanks(object, at)));
    const std::size_t begin = skip_blanks(object, at + 1);  // behind ':'
    const std::size_t end = end_of_value(object, begin);
    if (i == n || end >= object.size()) return object.substr(begin, end - begin);
    at = end + 1;  // behind ','
  }
}

void append_json_string(std::string_view text, std::string& to) {
  constexpr std::string_view digits = "0123456789abcdef";
  to += '"';
  for (const char c : text) {
    switch (c) {
      case '"': to += "\\\""; break;
      case '\\': to += "\\\\"; break;
      case '\n': to += "\\n"; break;
      case '\r': to += "\\r"; break;
      case '\t': to += "\\t"; break;
      default:
        if (static_cast<unsigned char>(c) < 0x20) {
          to += "\\u00";
          to += digits[static_cast<unsigned char>(c) >> 4U];
          to += digits[static_cast<unsigned char>(c) & 15U];
        } else {
          to += c;
        }
    }
  }
  to += '"';
}

bool is_utf8(std::string_view bytes) {
  return simdjson::validate_utf8(bytes);
}

}  // namespace cutover::dump
