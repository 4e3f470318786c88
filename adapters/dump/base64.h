// Base64 with the standard alphabet and padding, RFC 4648 section 4. Decoding is strict: no line
// breaks, no other alphabet, no missing padding, no bits behind the end.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace cutover::dump {

[[nodiscard]] std::string encode_base64(std::string_view bytes);

// Nothing when the text is not Base64.
[[nodiscard]] std::optional<std::string> decode_base64(std::string_view text);

}  // namespace cutover::dump
