#include "core/books/quality.h"

namespace cutover::books {

std::vector<std::string> marks_in(std::string_view quality) {
  std::vector<std::string> marks;
  for (;;) {
    const std::size_t open = quality.find('"');
    if (open == std::string_view::npos) return marks;
    const std::size_t close = quality.find('"', open + 1);
    if (close == std::string_view::npos) return marks;
    marks.emplace_back(quality.substr(open + 1, close - open - 1));
    quality.remove_prefix(close + 1);
  }
}

}  // namespace cutover::books
