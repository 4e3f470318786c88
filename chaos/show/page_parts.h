// The parts of the timeline's page as they stand in timeline.html, .css and .js; built in by
// cmake/embed_page.cmake. The page has a place for each of the others: @STYLE@, @DATA@, @PROGRAM@.
#pragma once

#include <string_view>

namespace cutover::chaos {

[[nodiscard]] std::string_view page_html();
[[nodiscard]] std::string_view page_css();
[[nodiscard]] std::string_view page_js();

}  // namespace cutover::chaos
