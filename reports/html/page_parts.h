// The templates and the style sheet of report.html, built in by cmake/embed_texts.cmake.
#pragma once

#include <string_view>

namespace cutover::reports {

// "page.mustache", "style.css", ...; empty for a name that is not built in.
[[nodiscard]] std::string_view page_part(std::string_view name);

}  // namespace cutover::reports
