// Text of unknown origin as HTML: fit for content and for quoted attributes.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace cutover::reports {

inline constexpr std::size_t html_characters_max = 400;

// Valid UTF-8 with its invisible characters shown, cut after so many characters; not yet escaped.
// The templates escape it; html_text is for what is put together in C++.
[[nodiscard]] std::string shown_text(std::string_view text,
                                     std::size_t characters_max = html_characters_max);

// The same for text of several lines, such as SQL: line ends stay.
[[nodiscard]] std::string shown_lines(std::string_view text);

// shown_text with & < > " ' escaped.
[[nodiscard]] std::string html_text(std::string_view text,
                                    std::size_t characters_max = html_characters_max);

// The first characters of a name, for where there is no room to say how much is missing.
[[nodiscard]] std::string clipped_label(std::string_view text, std::size_t characters_max);

}  // namespace cutover::reports
