// Shelf: one user's library, as the API reads and writes it (R3.4, R3.7; plan item 2.3).
//
// A change names the fields it changes; the others stay (plan defect U02). started_at is set when
// the status first becomes reading, completed_at when it first becomes completed; neither is ever
// moved or cleared, and a book that was completed without a start gets none later, so a start is
// never after a completion (U05). Times are the database's. Nothing here reserves an id for a row
// that is only updated (W10). Answers are ordered by (added_at, id), newest first, in pages (U08).
//
// The caller checks statuses, ratings and sizes before (U04); what passes is refused by the
// database as `constraint`. ISBNs are canonical. Calls may switch; they fail as Database does, and
// may be repeated after a lost reply. A user's id is compared as bytes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/books/book_row.h"
#include "core/ports/database.h"
#include "core/ports/outcome.h"

namespace cutover::store {

struct ShelfBook {
  books::BookRow book;  // without canonical_metadata, which is left empty (U08)
  std::int64_t id = 0;
  std::optional<std::string> status;
  std::optional<std::int64_t> rating;
  std::optional<std::string> review;
  std::int64_t added_at = 0;  // seconds since 1970, as are the next two
  std::optional<std::int64_t> started_at;
  std::optional<std::int64_t> completed_at;
};

// Absence means: no such filter. Combined with AND.
struct ShelfFilter {
  std::optional<std::string> status;       // one of want_to_read, reading, completed
  std::optional<std::int64_t> rating_min;  // 1 to 5: this rating or better
  std::optional<std::int64_t> year;        // the book's publication year
  std::optional<std::int64_t> added_year;  // the year (UTC) in which it was added (U09)
};

// The place of the last row of the page before.
struct ShelfPlace {
  std::int64_t added_at = 0;
  std::int64_t id = 0;
};

struct ShelfPage {
  std::vector<ShelfBook> books;
  std::optional<ShelfPlace> next;  // nothing: this was the last page
};

// A field that is not set stays as it is. `std::optional<...>(nullopt)` inside clears it.
struct ShelfChange {
  std::optional<std::string> status;
  std::optional<std::optional<std::int64_t>> rating;
  std::optional<std::optional<std::string>> review;
};

enum class ShelfEnd : std::uint8_t { added, changed, unchanged, no_such_book, no_such_entry };

// The answer that an earlier request with the same key got, to be given again.
struct RememberedAnswer {
  std::string request_hash;  // another hash under one key is a misuse of the key
  std::int64_t status = 0;   // HTTP
  std::string body;
};

class Shelf {
 public:
  static constexpr std::int64_t page_max = 100;
  explicit Shelf(Database& database);

  // `limit` is 1 to page_max.
  Outcome<ShelfPage> read(std::string_view user, const ShelfFilter& filter, std::int64_t limit,
                          const std::optional<ShelfPlace>& after);

  // Rated 5, of this publication year; best title order, ties by ISBN. At most page_max.
  Outcome<std::vector<ShelfBook>> top_rated(std::string_view user, std::int64_t year);

  // Adds the book, or changes what is there already. A new entry without a status is want_to_read.
  Outcome<ShelfEnd> put(std::string_view user, std::string_view isbn, const ShelfChange& change);
  // Changes an entry that is there; else no_such_entry.
  Outcome<ShelfEnd> patch(std::string_view user, std::string_view isbn, const ShelfChange& change);
  // `changed` when it was there.
  Outcome<ShelfEnd> remove(std::string_view user, std::string_view isbn);

 private:
  Database& database_;
};

// Idempotency keys (table IdempotencyKeys, kept 24 h): find before the work, remember after it.
// Writes on a shelf are idempotent by themselves, so an answer that was lost between the two is
// only worked out again. Of two answers under one key the first one stays.
Outcome<std::optional<RememberedAnswer>> find_answer(Database& database, std::string_view subject,
                                                     std::string_view key);
Outcome<void> remember_answer(Database& database, std::string_view subject, std::string_view key,
                              const RememberedAnswer& answer);

}  // namespace cutover::store
