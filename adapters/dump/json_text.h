// Small services on JSON text, all on top of simdjson: what the record parser and the writer share.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace cutover::dump {

// The text without blanks between its tokens; nothing when it is not one JSON value, is nested
// deeper than json_depth_max, or holds a number that no double can carry.
inline constexpr std::size_t json_depth_max = 1024;
[[nodiscard]] std::optional<std::string> compact_json(std::string_view text);

// The text of the n-th value (from 0) of an object, blanks in it included. The text must be a valid
// JSON object with more than n fields: it is not checked again.
[[nodiscard]] std::string_view nth_field_value(std::string_view object, std::size_t n);

// The text as a JSON string, quotes included; it must be UTF-8.
void append_json_string(std::string_view text, std::string& to);

[[nodiscard]] bool is_utf8(std::string_view bytes);

}  // namespace cutover::dump
