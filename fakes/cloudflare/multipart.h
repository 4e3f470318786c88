// multipart/form-data, as a KV value with metadata is sent (RFC 7578): fields by name.
//
// Small on purpose: content types and transfer encodings of parts are ignored, as the API does.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace cutover::simulate {

// Is this the Content-Type of such a body?
[[nodiscard]] bool is_multipart(std::string_view content_type);

// The fields; nothing when the body is not what its Content-Type says. At most 16 fields; of two
// with one name the last counts.
[[nodiscard]] std::optional<std::map<std::string, std::string>> parse_multipart(
    std::string_view content_type, std::string_view body);

}  // namespace cutover::simulate
