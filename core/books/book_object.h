// Which part of a value is the book (docs/TRANSFORM.md section 2, rules 4 to 11).
//
// Values come in several shapes: a bare book, an envelope with a time, a search answer, a cached
// "nothing found", a provider's error (plan defects T07, T08, T10). An unknown shape is rejected,
// never guessed. For this folder only: it includes simdjson.
#pragma once

#include <cstdint>
#include <optional>
#include <variant>

#include <tl/expected.hpp>

#include "core/books/fields.h"
#include "core/books/isbn.h"
#include "core/books/marks.h"
#include "core/books/transform.h"

namespace cutover::books {

using Ending = std::variant<Empty, Rejected>;

struct BookObject {
  Fields fields;
  Marks marks;                              // isbn_unconfirmed, cached_at_invalid, duplicate_keys
  std::optional<std::int64_t> source_time;  // from the envelope, milliseconds since 1970
};

// `isbn` is the key's. The answer points into the parsed value.
[[nodiscard]] tl::expected<BookObject, Ending> find_book_object(const simdjson::dom::element& value,
                                                                const Isbn& isbn);

}  // namespace cutover::books
