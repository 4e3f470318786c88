#include "reports/html/html_text.h"

#include <algorithm>

#include "reports/text.h"

namespace cutover::reports {

std::string shown_text(std::string_view text, std::size_t characters_max) {
  return visible(clipped(text, characters_max));
}

std::string shown_lines(std::string_view text) {
  constexpr std::size_t lines_max = 100;
  std::string lines;
  for (std::size_t count = 0; !text.empty(); ++count) {
    if (count == lines_max) return lines + "...\n";
    const std::size_t end = std::min(text.find('\n'), text.size());
    lines += shown_text(text.substr(0, end)) + "\n";
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

std::string html_text(std::string_view text, std::size_t characters_max) {
  std::string escaped;
  for (const char character : shown_text(text, characters_max)) {
    switch (character) {
      case '&': escaped += "&amp;"; break;
      case '<': escaped += "&lt;"; break;
      case '>': escaped += "&gt;"; break;
      case '"': escaped += "&quot;"; break;
      case '\'': escaped += "&#39;"; break;
      default: escaped += character;
    }
  }
  return escaped;
}

std::string clipped_label(std::string_view text, std::size_t characters_max) {
  std::string label;
  for (std::size_t count = 0; count < characters_max && !text.empty(); ++count) {
    const CodePoint next = first_code_point(text);
    append_utf8(label, next.value);
    text.remove_prefix(next.bytes);
  }
  return label;
}

}  // namespace cutover::reports
