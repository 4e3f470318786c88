// Data inside Markdown: escaped so that it is read as the text it is, wherever it stands.
//
// Each function gives text that cannot open a table cell, a heading, a link, a code span or an HTML
// tag, and holds no control character. What they give is safe in GitHub's dialect inside a table
// cell, after a list marker or in running text; only markdown_block may hold line ends.
#pragma once

#include <string>
#include <string_view>

namespace cutover::reports {

// Running text: `a|b` becomes `a\|b`, `<b>` becomes `&lt;b&gt;`.
[[nodiscard]] std::string markdown_text(std::string_view text);

// A name to copy, such as a key: a code span. A name with characters that could end the span or
// the cell is given as escaped text instead.
[[nodiscard]] std::string markdown_code(std::string_view text);

// A fenced block on lines of its own; `language` is "sql", "sh" or "text". The fence is longer than
// any run of backticks inside.
[[nodiscard]] std::string markdown_block(std::string_view text, std::string_view language);

}  // namespace cutover::reports
