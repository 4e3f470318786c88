// Making text of unknown origin safe to write: valid UTF-8, no invisible characters, legal XML.
//
// Keys and values come from dumps that anyone may have written. These functions are total: any
// bytes give a text. They escape nothing that belongs to one format; markdown_text.h does that for
// Markdown, and the XML and JSON writers do it themselves.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace cutover::reports {

// One step through UTF-8 text. Bytes that are no character count one by one, and read as U+FFFD.
struct CodePoint {
  char32_t value = 0;
  std::size_t bytes = 0;  // 1 to 4: how far to go on
  bool valid = false;
};

// The first character of `text`, which must not be empty. Overlong forms, surrogates and values
// above U+10FFFF are not valid.
[[nodiscard]] CodePoint first_code_point(std::string_view text);

void append_utf8(std::string& text, char32_t value);

// The same text, with U+FFFD for each byte that is not part of valid UTF-8.
[[nodiscard]] std::string valid_utf8(std::string_view text);

// valid_utf8 on one line: control characters, line separators, invisible ones and those that
// reverse the reading direction are written as "\n", "\t", "\u001b", ..., so that people see them.
[[nodiscard]] std::string visible(std::string_view text);

// valid_utf8 without the characters that XML 1.0 forbids; U+FFFD stands for each, so that two
// different names stay different in length and the reader sees that something was there.
[[nodiscard]] std::string xml_text(std::string_view text);

// At most `characters_max` characters of valid UTF-8; what is cut off is said: "... (812 bytes)".
[[nodiscard]] std::string clipped(std::string_view text, std::size_t characters_max);

// The last part of a path: a report must not tell where someone keeps their files.
[[nodiscard]] std::string_view last_path_part(std::string_view path);

}  // namespace cutover::reports
