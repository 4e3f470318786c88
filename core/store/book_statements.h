// The SQL of the Books table, in one place: every writer uses the same columns (plan defects W01,
// W02), and every reader gets whole rows.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/books/book_row.h"
#include "core/ports/database.h"

namespace cutover::store {

// One row as the database holds it: the transform's columns and the database's own.
struct StoredBook {
  books::BookRow row;
  bool live = false;            // written by live traffic, not by the backfill
  std::int64_t version = 1;     // number of writes
  std::int64_t created_at = 0;  // seconds since 1970, by the database's clock, as is the next one
  std::int64_t updated_at = 0;
};

// The backfill's upsert. It inserts what is absent and replaces what the backfill wrote before:
// for the same source key when any column differs and the source is not older; for another key of
// the same ISBN when the new one is preferred (docs/TRANSFORM.md section 5). A live row is never
// touched (R2.15), nor is any other table (W03: no REPLACE). `written_by` names the chunk.
[[nodiscard]] Statement backfill_upsert(books::BookRow row, std::string_view written_by);

// The same row, where this ISBN has none yet; nothing where it has one. For whoever knows less than
// the backfill does: KV's get tells no expiry.
[[nodiscard]] Statement backfill_insert(books::BookRow row, std::string_view written_by);

// Is `candidate` preferred over `current`, both for one ISBN? The same rule as in the upsert.
struct SourceRank {
  std::int64_t time = 0;  // milliseconds; 0 when unknown
  std::int64_t rank = 0;
  std::string_view key;
};
[[nodiscard]] bool preferred(const SourceRank& candidate, const SourceRank& current);

// The rows of these ISBNs, by ISBN; absent ones are missing. At most 1,000 ISBNs. Switches.
Outcome<std::map<std::string, StoredBook>> read_books(Database& database,
                                                      const std::vector<std::string>& isbns);

// The columns in the order of `column_values`, which gives each as text (NULL: nullopt).
[[nodiscard]] const std::vector<std::string_view>& book_columns();
[[nodiscard]] std::vector<std::optional<std::string>> column_values(const books::BookRow& row);

}  // namespace cutover::store
