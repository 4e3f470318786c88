#include "core/store/book_statements.h"

#include <tuple>

#include "core/books/json_text.h"
#include "core/ports/check.h"
#include "core/store/book_columns.h"

namespace cutover::store {
namespace {

using books::BookRow;

// Constant, so that prepared statements are used again.
const std::string& upsert_sql() {
  static const std::string sql = book_upsert_text(
      "'backfill'", "?21",
      "Books.origin = 'backfill' AND CASE\n"
      "  WHEN Books.source_key IS excluded.source_key THEN\n"
      "    coalesce(excluded.source_time, 0) >= coalesce(Books.source_time, 0) AND " +
          any_book_column_differs() +
          "\n  ELSE (coalesce(excluded.source_time, 0), -excluded.source_rank, "
          "coalesce(Books.source_key, '')) >\n"
          "       (coalesce(Books.source_time, 0), -Books.source_rank, excluded.source_key)\nEND");
  return sql;
}

const std::string& insert_sql() {
  static const std::string sql = book_upsert_text("'backfill'", "?21", "FALSE");
  return sql;
}

const std::string& read_sql() {
  static const std::string sql = "SELECT " + book_column_list() +
                                 ", origin, version, created_at, updated_at\n"
                                 "FROM Books WHERE isbn IN (SELECT value FROM json_each(?1))";
  return sql;
}

StoredBook stored_book(SqlRow&& row) {
  std::size_t place = 0;
  StoredBook stored;
  stored.row = take_book(row, place);
  CUTOVER_CHECK(row.size() == place + 4, "read_sql selects four columns more");
  stored.live = required_text(std::move(row[place])) == "live";
  stored.version = optional_number(row[place + 1]).value_or(1);
  stored.created_at = optional_number(row[place + 2]).value_or(0);
  stored.updated_at = optional_number(row[place + 3]).value_or(0);
  return stored;
}

std::optional<std::string> as_column(const std::optional<std::int64_t>& value) {
  if (!value) return std::nullopt;
  return std::to_string(*value);
}

}  // namespace

Statement backfill_upsert(BookRow row, std::string_view written_by) {
  Statement statement{upsert_sql(), book_params(std::move(row))};
  statement.params.emplace_back(std::string(written_by));
  return statement;
}

Statement backfill_insert(BookRow row, std::string_view written_by) {
  Statement statement{insert_sql(), book_params(std::move(row))};
  statement.params.emplace_back(std::string(written_by));
  return statement;
}

bool preferred(const SourceRank& candidate, const SourceRank& current) {
  return std::tuple(candidate.time, -candidate.rank, current.key) >
         std::tuple(current.time, -current.rank, candidate.key);
}

Outcome<std::map<std::string, StoredBook>> read_books(Database& database,
                                                      const std::vector<std::string>& isbns) {
  CUTOVER_CHECK(isbns.size() <= 1000, "ask for at most 1,000 books at once");
  std::map<std::string, StoredBook> found;
  if (isbns.empty()) return found;
  std::string list = "[";
  for (const std::string& isbn : isbns) {
    if (list.size() > 1) list += ',';
    books::append_json_string(list, isbn);
  }
  list += ']';
  auto result = database.query({read_sql(), {std::move(list)}});
  if (!result) return result.error();
  for (SqlRow& row : result->rows) {
    StoredBook stored = stored_book(std::move(row));
    std::string isbn = stored.row.isbn;
    found.emplace(std::move(isbn), std::move(stored));
  }
  return found;
}

const std::vector<std::string_view>& book_columns() {
  static const std::vector<std::string_view> columns(book_column_names.begin(),
                                                     book_column_names.end());
  return columns;
}

std::vector<std::optional<std::string>> column_values(const BookRow& row) {
  return {row.isbn,
          row.title,
          row.authors,
          row.authors_detailed,
          as_column(row.publication_year),
          row.published_date,
          row.publisher,
          as_column(row.page_count),
          row.language,
          row.categories,
          row.description,
          row.cover_url,
          row.thumbnail_url,
          row.canonical_metadata,
          row.content_hash,
          row.source_key,
          std::to_string(row.source_rank),
          as_column(row.source_time),
          as_column(row.source_expires_at),
          row.quality};
}

}  // namespace cutover::store
