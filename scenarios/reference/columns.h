// Section 3 of docs/TRANSFORM.md: the columns that come from the fields of the book object.
#pragma once

#include "scenarios/reference/book_object.h"
#include "scenarios/reference/reference_transform.h"

namespace cutover::reference {

// Fills title to thumbnail_url, and adds marks. Columns from key, value and listing are not here.
void fill_book_columns(const Json& book, Columns& columns, Marks& marks);

}  // namespace cutover::reference
