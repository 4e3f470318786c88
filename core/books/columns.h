// From a book object's fields to the columns of a row (docs/TRANSFORM.md section 3).
//
// Each field's type is checked; what a column cannot hold is dropped and marked, and nothing is
// made up for it (plan defects T04, T06, T15). For this folder only: it includes simdjson.
#pragma once

#include "core/books/book_row.h"
#include "core/books/fields.h"
#include "core/books/marks.h"

namespace cutover::books {

// Fills the columns that come from the book object, title to thumbnail_url.
void fill_columns(const Fields& book, BookRow& row, Marks& marks);

}  // namespace cutover::books
