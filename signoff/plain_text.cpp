#include "signoff/plain_text.h"

#include "reports/text.h"

namespace cutover::signoff {

std::string what_is_wrong(std::string_view text, std::size_t bytes_min, std::size_t bytes_max) {
  const bool blank_ends = !text.empty() && (text.front() == ' ' || text.back() == ' ');
  const bool fits = text.size() >= bytes_min && text.size() <= bytes_max;
  if (fits && !blank_ends && reports::visible(text) == text) return "";
  return "must be " + std::to_string(bytes_min) + " to " + std::to_string(bytes_max) +
         " bytes of UTF-8 on one line, without blanks at its ends and without invisible characters";
}

}  // namespace cutover::signoff
