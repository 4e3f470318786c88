#include "reports/markdown_text.h"

#include <algorithm>
#include <cstddef>

#include "reports/text.h"

namespace cutover::reports {

namespace {

constexpr std::string_view unsafe_in_code = "`|<>&\\";

// True where a bare address starts: GitHub would make a link of it.
bool starts_address(std::string_view text, std::size_t index) {
  return text.substr(index, 3) == "://" ||
         (text[index] == '.' && index >= 3 && text.substr(index - 3, 3) == "www");
}

// True for marks that mean something only where a line or list item starts: "# x", "- x", "1. x".
bool starts_block(std::string_view text, std::size_t index) {
  const char mark = text[index];
  if (index == 0) return mark == '#' || mark == '+' || mark == '-' || mark == '=';
  if (mark != '.' && mark != ')') return false;
  const bool ends_word = index + 1 == text.size() || text[index + 1] == ' ';
  return ends_word && text.find_first_not_of("0123456789") == index;
}

void append_escaped(std::string& result, std::string_view text, std::size_t index) {
  constexpr std::string_view always = "\\`*_[]|~$@";
  const char mark = text[index];
  switch (mark) {
    case '<': result += "&lt;"; return;
    case '>': result += "&gt;"; return;
    case '&': result += "&amp;"; return;
    default: break;
  }
  if (starts_address(text, index) && mark == ':') {
    result += ":\\";  // the slash that follows is the escaped one
    return;
  }
  if (always.find(mark) != always.npos || starts_address(text, index) ||
      starts_block(text, index)) {
    result += '\\';
  }
  result += mark;
}

std::size_t longest_backtick_run(std::string_view text) {
  std::size_t longest = 0;
  std::size_t run = 0;
  for (const char character : text) {
    run = character == '`' ? run + 1 : 0;
    longest = std::max(longest, run);
  }
  return longest;
}

std::string trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(' ');
  if (first == text.npos) return {};
  return std::string(text.substr(first, text.find_last_not_of(' ') - first + 1));
}

}  // namespace

std::string markdown_text(std::string_view text) {
  const std::string plain = trimmed(visible(text));
  std::string result;
  result.reserve(plain.size() + plain.size() / 8);
  for (std::size_t index = 0; index < plain.size(); ++index) append_escaped(result, plain, index);
  return result;
}

std::string markdown_code(std::string_view text) {
  const std::string plain = visible(text);
  const bool blank = plain.find_first_not_of(' ') == plain.npos;
  if (blank) return plain.empty() ? "(empty)" : "(blank)";
  if (plain.find_first_of(unsafe_in_code) != plain.npos) return markdown_text(text);
  return "`" + plain + "`";
}

std::string markdown_block(std::string_view text, std::string_view language) {
  std::string lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    lines += visible(text.substr(0, end)) + "\n";
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  const std::string fence(std::max<std::size_t>(3, longest_backtick_run(lines) + 1), '`');
  return fence + std::string(language) + "\n" + lines + fence + "\n";
}

}  // namespace cutover::reports
