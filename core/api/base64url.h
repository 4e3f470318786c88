// Base64url without padding (RFC 4648 section 5), as tokens and cursors are written.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace cutover::api {

[[nodiscard]] std::string to_base64url(std::string_view bytes);

// Strict: one text for the same bytes. Nothing for padding, other characters, impossible lengths,
// or bits set beyond the last byte.
[[nodiscard]] std::optional<std::string> from_base64url(std::string_view text);

}  // namespace cutover::api
