#include "reports/text.h"

#include <fmt/format.h>

namespace cutover::reports {

namespace {

constexpr char32_t replacement_character = 0xFFFD;
constexpr CodePoint broken{replacement_character, 1, false};

bool is_invisible(char32_t value) {
  if (value < 0x20 || (value >= 0x7F && value <= 0x9F)) return true;  // C0, DEL, C1
  if (value == 0x061C || value == 0x200B || value == 0x200E || value == 0x200F) return true;
  if (value >= 0x2028 && value <= 0x202E) return true;  // separators, direction
  return (value >= 0x2060 && value <= 0x2069) || value == 0xFEFF;
}

void append_escape(std::string& text, char32_t value) {
  switch (value) {
    case U'\n': text += "\\n"; return;
    case U'\r': text += "\\r"; return;
    case U'\t': text += "\\t"; return;
    default: text += fmt::format("\\u{:04x}", static_cast<std::uint32_t>(value));
  }
}

bool is_xml_character(char32_t value) {
  if (value < 0x20) return value == U'\t' || value == U'\n' || value == U'\r';
  return value != 0xFFFE && value != 0xFFFF;
}

// How many bytes a character has that starts with this byte; 0 when none starts so.
std::size_t length_announced(unsigned char lead) {
  if (lead < 0x80) return 1;
  if (lead >= 0xC2 && lead <= 0xDF) return 2;
  if (lead >= 0xE0 && lead <= 0xEF) return 3;
  if (lead >= 0xF0 && lead <= 0xF4) return 4;
  return 0;
}

}  // namespace

CodePoint first_code_point(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text.front());
  const std::size_t length = length_announced(lead);
  if (length == 0 || length > text.size()) return broken;
  if (length == 1) return {lead, 1, true};

  char32_t value = lead & (0x7Fu >> length);
  for (std::size_t index = 1; index < length; ++index) {
    const auto byte = static_cast<unsigned char>(text[index]);
    if ((byte & 0xC0) != 0x80) return broken;
    value = (value << 6) | (byte & 0x3Fu);
  }
  const bool overlong = (length == 3 && value < 0x800) || (length == 4 && value < 0x10000);
  const bool surrogate = value >= 0xD800 && value <= 0xDFFF;
  if (overlong || surrogate || value > 0x10FFFF) return broken;
  return {value, length, true};
}

void append_utf8(std::string& text, char32_t value) {
  const auto tail = [&](int shift) {
    text += static_cast<char>(0x80u | ((value >> shift) & 0x3Fu));
  };
  if (value < 0x80) {
    text += static_cast<char>(value);
  } else if (value < 0x800) {
    text += static_cast<char>(0xC0u | (value >> 6));
    tail(0);
  } else if (value < 0x10000) {
    text += static_cast<char>(0xE0u | (value >> 12));
    tail(6);
    tail(0);
  } else {
    text += static_cast<char>(0xF0u | (value >> 18));
    tail(12);
    tail(6);
    tail(0);
  }
}

std::string valid_utf8(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  while (!text.empty()) {
    const CodePoint next = first_code_point(text);
    append_utf8(result, next.value);
    text.remove_prefix(next.bytes);
  }
  return result;
}

std::string visible(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  while (!text.empty()) {
    const CodePoint next = first_code_point(text);
    if (is_invisible(next.value)) {
      append_escape(result, next.value);
    } else {
      append_utf8(result, next.value);
    }
    text.remove_prefix(next.bytes);
  }
  return result;
}

std::string xml_text(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  while (!text.empty()) {
    const CodePoint next = first_code_point(text);
    append_utf8(result, is_xml_character(next.value) ? next.value : replacement_character);
    text.remove_prefix(next.bytes);
  }
  return result;
}

std::string clipped(std::string_view text, std::size_t characters_max) {
  std::string result;
  std::string_view rest = text;
  for (std::size_t count = 0; count < characters_max && !rest.empty(); ++count) {
    const CodePoint next = first_code_point(rest);
    append_utf8(result, next.value);
    rest.remove_prefix(next.bytes);
  }
  if (!rest.empty()) result += fmt::format("... ({} bytes)", text.size());
  return result;
}

std::string_view last_path_part(std::string_view path) {
  while (path.size() > 1 && path.back() == '/') path.remove_suffix(1);
  const std::size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

}  // namespace cutover::reports
