// Dates: the year that a published date tells, if it tells one that can be believed.
//
// A strict grammar instead of "the first four characters as a number": `199?` is not the year 199
// (plan defects T01, T02, T03). Rules: docs/TRANSFORM.md section 4.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "core/books/marks.h"

namespace cutover::books {

struct DateReading {
  std::optional<std::int64_t> year;  // 1 to 2100, or -3000 to -1 from a number
  Marks marks;

  friend bool operator==(const DateReading&, const DateReading&) = default;
};

// Text that is not blank.
[[nodiscard]] DateReading read_date(std::string_view text);

// A whole number; it has date_not_text among its marks.
[[nodiscard]] DateReading read_date(std::int64_t number);

}  // namespace cutover::books
