// What people write into a sign-off: names, comments, reasons. It is signed, stored and shown to
// others who rely on it, so nothing in it may be invisible or look like something else.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace cutover::signoff {

inline constexpr std::size_t person_bytes_max = 100;
inline constexpr std::size_t row_id_bytes_max = 300;
inline constexpr std::size_t reason_bytes_max = 1000;
inline constexpr std::size_t comment_bytes_max = 2000;

// Empty when the text will do: valid UTF-8 on one line, without control, invisible or
// direction-changing characters, without blanks at its ends, at most `bytes_max` long. Else what it
// must be: "must be 1 to 100 bytes on one line ...".
[[nodiscard]] std::string what_is_wrong(std::string_view text, std::size_t bytes_min,
                                        std::size_t bytes_max);

}  // namespace cutover::signoff
