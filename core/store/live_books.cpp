#include "core/store/live_books.h"

#include <map>
#include <string>
#include <utility>

#include "core/books/json_text.h"
#include "core/ports/check.h"
#include "core/store/book_columns.h"

namespace cutover::store {
namespace {

// Constant, so that prepared statements are used again. An unknown source time is the oldest.
const std::string& upsert_sql() {
  static const std::string sql =
      book_upsert_text("'live'", "NULL",
                       "coalesce(excluded.source_time, 0) >= coalesce(Books.source_time, 0)\n"
                       "  AND (excluded.title <> '' OR Books.title = '')\n"
                       "  AND (excluded.authors NOT IN ('', '[]') OR Books.authors IN ('', '[]'))\n"
                       "  AND (Books.origin <> 'live' OR " +
                           any_book_column_differs() + ")\nRETURNING version");
  return sql;
}

constexpr std::string_view versions_sql =
    "SELECT isbn, version FROM Books WHERE isbn IN (SELECT value FROM json_each(?1))";

constexpr std::string_view version_sql = "SELECT version FROM Books WHERE isbn = ?1";

std::string isbn_list(std::span<const books::BookRow> rows) {
  std::string list = "[";
  for (const books::BookRow& row : rows) {
    if (list.size() > 1) list += ',';
    books::append_json_string(list, row.isbn);
  }
  return list + ']';
}

}  // namespace

Outcome<SavedBook> save_live_book(Database& database, const books::BookRow& row) {
  auto saved = save_live_books(database, {&row, 1});
  if (!saved) return saved.error();
  return saved->front();
}

Outcome<std::vector<SavedBook>> save_live_books(Database& database,
                                                std::span<const books::BookRow> rows) {
  CUTOVER_CHECK(rows.size() <= live_books_max, "save at most 100 live books at once");
  std::vector<SavedBook> saved;
  if (rows.empty()) return saved;
  std::vector<Statement> batch;
  batch.reserve(rows.size() + 1);
  for (const books::BookRow& row : rows) batch.push_back({upsert_sql(), book_params(row)});
  batch.push_back({versions_sql, {isbn_list(rows)}});
  const auto results = database.batch(batch);
  if (!results) return results.error();
  CUTOVER_CHECK(results->size() == batch.size(), "a batch gives one result per statement");

  std::map<std::string_view, std::int64_t> versions;
  for (const SqlRow& found : results->back().rows) {
    versions[as_text(found.at(0))] = as_int(found.at(1));
  }
  for (std::size_t i = 0; i < rows.size(); ++i) {
    saved.push_back({!(*results)[i].rows.empty(), versions[rows[i].isbn]});
  }
  return saved;
}

Outcome<std::optional<std::int64_t>> book_version(Database& database, std::string_view isbn) {
  const auto result = database.query({version_sql, {std::string(isbn)}});
  if (!result) return result.error();
  std::optional<std::int64_t> version;
  if (!result->rows.empty()) version = as_int(result->rows.front().at(0));
  return version;
}

}  // namespace cutover::store
