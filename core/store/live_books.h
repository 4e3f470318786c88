// Live books: what live traffic writes into Books, when it fetched a book from the provider.
//
// A row replaces what stands unless that is better: a newer live answer stays whatever arrives
// late (plan defect W16), and so does a backfilled row whose source is newer; of equally old ones
// the live row wins. A row without a title never takes the place of one that has a title, nor one
// without authors of one that has authors (R10). Writing the same again changes nothing. The
// columns are those of the backfill (W02, book_statements.h); `created_at` stays, `updated_at` and
// `version` move with each write that changes something.
//
// Calls may switch; they fail as Database does. Repeating one after a lost reply is safe: it then
// says "not written", with the version that stands. Rows come from the transform: nothing about
// them is checked here but what the table's constraints check.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "core/books/book_row.h"
#include "core/ports/database.h"
#include "core/ports/outcome.h"

namespace cutover::store {

// A batch is one statement for each row, of 20 parameters (D1 takes 100), and one that reads the
// versions: 101 of the 1,000 queries of an invocation.
inline constexpr std::size_t live_books_max = 100;

struct SavedBook {
  bool written = false;
  std::int64_t version = 0;  // what stands now, whoever wrote it

  friend bool operator==(const SavedBook&, const SavedBook&) = default;
};

// One row, one transaction.
Outcome<SavedBook> save_live_book(Database& database, const books::BookRow& row);

// All rows or none, in one transaction; one answer for each, in order. At most live_books_max. Two
// rows of one ISBN count in their order.
Outcome<std::vector<SavedBook>> save_live_books(Database& database,
                                                std::span<const books::BookRow> rows);

// Nothing: there is no such book.
Outcome<std::optional<std::int64_t>> book_version(Database& database, std::string_view isbn);

}  // namespace cutover::store
