// Section 4 of docs/TRANSFORM.md: what `publishedDate` says.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "scenarios/reference/book_object.h"

namespace cutover::reference {

struct DateReading {
  std::optional<long long> publication_year;  // negative: before our era
  std::optional<std::string> published_date;  // what the source wrote
  Marks marks;
};

// `value` may be a null pointer: the field is not there.
DateReading read_date(const Json* value);

// The year (0 to 9999) of a text that has one of the page's forms; nothing for any other text.
std::optional<int> year_of_form(std::string_view trimmed);

}  // namespace cutover::reference
