// Text from outside: is it text at all, and how to show a piece of it in a message.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace cutover::api {

[[nodiscard]] bool is_utf8(std::string_view bytes);

// Valid UTF-8 without control characters (C0, DEL, C1).
[[nodiscard]] bool is_clean_text(std::string_view bytes);

// At most `bytes_max` bytes, everything but printable ASCII as a question mark: safe to show.
[[nodiscard]] std::string printable(std::string_view bytes, std::size_t bytes_max);

// The same, short and between quotes, for messages.
[[nodiscard]] std::string shown(std::string_view bytes);

// Digits only, without sign, blanks and leading zeros, and within [low, high].
[[nodiscard]] std::optional<std::int64_t> whole_number(std::string_view text, std::int64_t low,
                                                       std::int64_t high);

}  // namespace cutover::api
