// The one representation of a book that clients get, whatever tier answered (R3.3, plan defect
// R15).
//
//   {"isbn","title","authors","authorsDetailed","publishedDate","publisher","pageCount","language",
//    "categories","description","imageLinks":{"large","medium","thumbnail"}}
//
// in this order, every key always present, null where nothing is known (`imageLinks` too, when the
// row has no URL; `authors` is then an empty array). `large` and `medium` are the cover. Made from
// the row's columns alone, so a column that was corrected is what people see; the stored blob is
// never merged over it (plan defect R08).
//
// The transform of these bytes, under book:isbn:<isbn>, gives a row with the same canonical JSON.
// Exceptions, only in rows that the transform did not make: JSON columns that are not compact, or
// hold what the transform would drop, and a URL with http://books.google. Their first reading
// normalises them; the second changes nothing. So a reader that serves D1's rows as they would be
// read back from KV (cache_value, then the transform) gives one answer from both tiers.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/books/book_row.h"
#include "core/books/transform.h"

namespace cutover::books {

[[nodiscard]] std::string canonical_json(const BookRow& row);

// The bytes to keep in KV under book:isbn:<isbn> for this row: its canonical_metadata when they
// come from a key with that prefix and the transform reads the same book from them (so a later
// backfill finds nothing changed), else its canonical_json. Both are what the code before the
// migration can read under that prefix.
[[nodiscard]] std::string cache_value(const BookRow& row, Transform& transform);

// The row to keep for what the provider answered: the answer reduced to the book itself, so that
// D1's canonical_metadata and KV's value are the same bytes, canonical_json of the row.
// `fetched_at` (milliseconds since 1970) becomes its source_time. Empty and Rejected as Transform
// says.
[[nodiscard]] Transformed live_row(std::string_view isbn13, std::string_view provider_answer,
                                   std::int64_t fetched_at, Transform& transform);

}  // namespace cutover::books
