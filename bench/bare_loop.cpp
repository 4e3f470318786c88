#include "bench/bare_loop.h"

#include <SQLiteCpp/SQLiteCpp.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>
#include <variant>

#include "core/books/transform.h"
#include "core/store/schema_migrations.h"

namespace cutover::bench {
namespace {

constexpr const char* insert_sql = R"sql(
INSERT INTO Books (isbn, title, authors, authors_detailed, publication_year, published_date,
                   publisher, page_count, language, categories, description, cover_url,
                   thumbnail_url, canonical_metadata, content_hash, source_key, source_rank,
                   source_time, source_expires_at, quality, origin, written_by)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'backfill', 'bare')
ON CONFLICT(isbn) DO NOTHING)sql";

void bind(SQLite::Statement& statement, int at, const std::optional<std::string>& text) {
  if (text) statement.bindNoCopy(at, *text);
}

void bind(SQLite::Statement& statement, int at, const std::optional<std::int64_t>& number) {
  if (number) statement.bind(at, *number);
}

void insert(SQLite::Statement& statement, const books::BookRow& row) {
  statement.bindNoCopy(1, row.isbn);
  statement.bindNoCopy(2, row.title);
  statement.bindNoCopy(3, row.authors);
  bind(statement, 4, row.authors_detailed);
  bind(statement, 5, row.publication_year);
  bind(statement, 6, row.published_date);
  bind(statement, 7, row.publisher);
  bind(statement, 8, row.page_count);
  bind(statement, 9, row.language);
  bind(statement, 10, row.categories);
  bind(statement, 11, row.description);
  bind(statement, 12, row.cover_url);
  bind(statement, 13, row.thumbnail_url);
  statement.bindNoCopy(14, row.canonical_metadata);
  statement.bindNoCopy(15, row.content_hash);
  statement.bindNoCopy(16, row.source_key);
  statement.bind(17, row.source_rank);
  bind(statement, 18, row.source_time);
  bind(statement, 19, row.source_expires_at);
  bind(statement, 20, row.quality);
  statement.exec();
  statement.reset();
  statement.clearBindings();
}

constexpr const char* outcome_sql = R"sql(
INSERT INTO MigrationOutcomes (run_id, key, isbn, outcome, marks, content_hash, expires_at, chunk)
VALUES ('bare', ?, ?, ?, ?, ?, ?, ?))sql";

// What became of a key, as the migrator records it; `row` is null where it is no book.
void insert_outcome(SQLite::Statement& statement, const KvRecord& record, const books::BookRow* row,
                    std::int64_t chunk) {
  statement.bindNoCopy(1, record.key);
  if (row != nullptr) {
    statement.bindNoCopy(2, row->isbn);
    bind(statement, 4, row->quality);
    statement.bindNoCopy(5, row->content_hash);
  }
  statement.bindNoCopy(3, row != nullptr ? "inserted" : "rejected");
  bind(statement, 6, record.expiration);
  statement.bind(7, chunk);
  statement.exec();
  statement.reset();
  statement.clearBindings();
}

}  // namespace

double bare_loop(const std::vector<KvRecord>& records, const std::string& path,
                 std::size_t rows_per_transaction, bool with_outcomes) {
  SQLite::Database database(path, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
  database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON");
  for (const store::MigrationFile& file : store::embedded_migrations()) database.exec(file.sql);

  const auto started = std::chrono::steady_clock::now();
  books::Transform transform;
  SQLite::Statement statement(database, insert_sql);
  SQLite::Statement outcome(database, outcome_sql);
  std::int64_t chunk = 0;
  for (std::size_t start = 0; start < records.size(); start += rows_per_transaction) {
    SQLite::Transaction transaction(database);
    ++chunk;
    const std::size_t end = std::min(records.size(), start + rows_per_transaction);
    for (std::size_t i = start; i < end; ++i) {
      const KvRecord& record = records[i];
      const auto result = transform({record.key, record.value, record.expiration});
      const auto* row = std::get_if<books::BookRow>(&result);
      if (row != nullptr) insert(statement, *row);
      if (with_outcomes) insert_outcome(outcome, record, row, chunk);
    }
    transaction.commit();
  }
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
}

}  // namespace cutover::bench
