// Writing JSON as docs/TRANSFORM.md section 3 wants it: compact, and escaped in one way only.
#pragma once

#include <string>
#include <string_view>

namespace simdjson::dom {
class element;
}  // namespace simdjson::dom

namespace cutover::books {

// Appends the text (UTF-8) as a JSON string, quotes included.
void append_json_string(std::string& json, std::string_view text);

// Appends a parsed value. Fields keep their order; of equal keys the last value is written, at the
// first one's place. A fraction is written with the fewest digits that read back as the same
// double. The value may nest no deeper than json_depth_max.
void append_json(std::string& json, const simdjson::dom::element& value);

}  // namespace cutover::books
