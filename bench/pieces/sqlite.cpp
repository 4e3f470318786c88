// Books in an SQLite file, as D1 has them: pages of the backfill, and reads by ISBN.

#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "adapters/sqlite/sqlite_database.h"
#include "bench/pieces/picks.h"
#include "bench/pieces/sample_books.h"
#include "bench/scratch.h"
#include "core/books/transform.h"
#include "core/ports/check.h"
#include "core/store/book_statements.h"
#include "core/store/schema_migrations.h"
#include "scenarios/generate.h"

namespace cutover::bench {
namespace {

constexpr std::size_t upserted_rows = 10'000;  // in each measurement, whatever its pages

using SqlitePage = std::vector<books::BookRow>;

// A file with the schema, gone again with this object.
class SqliteFile {
 public:
  SqliteFile() {
    auto opened = sqlite::SqliteDatabase::open(folder_.file("books.sqlite"));
    CUTOVER_CHECK(opened.has_value(), "a new file can be made");
    database_ = std::move(*opened);
    const auto applied = store::apply(*database_, store::embedded_migrations(), false);
    CUTOVER_CHECK(applied && applied->ok(), "the schema applies to an empty database");
  }

  [[nodiscard]] sqlite::SqliteDatabase& database() { return *database_; }

  // One transaction; true when all of it was done.
  bool upsert(SqlitePage&& page) {
    std::vector<Statement> statements;
    statements.reserve(page.size());
    for (books::BookRow& row : page) {
      statements.push_back(store::backfill_upsert(std::move(row), "bench"));
    }
    return database_->batch(statements).has_value();
  }

  [[nodiscard]] std::int64_t count() {
    const auto counted = database_->query({"SELECT count(*) FROM Books", {}});
    CUTOVER_CHECK(counted.has_value(), "books can be counted");
    return as_int(counted->rows[0][0]);
  }

 private:
  ScratchFolder folder_;
  std::unique_ptr<sqlite::SqliteDatabase> database_;  // closed before its folder goes
};

// Books of the sample under new ISBNs, in byte order as a listing gives them.
std::vector<SqlitePage> sqlite_pages(std::size_t rows_per_page) {
  std::vector<std::string> isbns;
  for (std::size_t i = 0; i < upserted_rows; ++i) isbns.push_back(scenarios::isbn13_of(i));
  std::sort(isbns.begin(), isbns.end());
  std::vector<SqlitePage> pages;
  for (std::size_t i = 0; i < isbns.size(); ++i) {
    if (i % rows_per_page == 0) pages.emplace_back();
    books::BookRow& row = pages.back().emplace_back(sample_books()[i % sample_books().size()]);
    row.isbn = isbns[i];
    row.source_key = std::string(books::plan_prefix) + isbns[i];
  }
  return pages;
}

// One iteration is a page: its statements, and their batch. The number of iterations is set so that
// each size of page fills an empty table to the same end.
void backfill_upsert_page(benchmark::State& state) {
  const auto rows_per_page = static_cast<std::size_t>(state.range(0));
  std::vector<SqlitePage> pages = sqlite_pages(rows_per_page);
  SqliteFile file;
  std::size_t at = 0;
  for (auto _ : state) {
    if (at == pages.size() || !file.upsert(std::move(pages[at]))) {
      state.SkipWithError("a page was not written");
      break;
    }
    ++at;
  }
  const auto rows = static_cast<std::int64_t>(at * rows_per_page);
  if (file.count() != rows) state.SkipWithError("not every row was inserted");
  state.SetItemsProcessed(rows);
}

void page_units(benchmark::internal::Benchmark* pages) {
  pages->Unit(benchmark::kMicrosecond)->UseRealTime();
}
BENCHMARK(backfill_upsert_page)->Arg(10)->Iterations(upserted_rows / 10)->Apply(page_units);
BENCHMARK(backfill_upsert_page)->Arg(50)->Iterations(upserted_rows / 50)->Apply(page_units);
BENCHMARK(backfill_upsert_page)->Arg(100)->Iterations(upserted_rows / 100)->Apply(page_units);
BENCHMARK(backfill_upsert_page)->Arg(1000)->Iterations(upserted_rows / 1000)->Apply(page_units);

// All books of the sample; made once for the program.
SqliteFile& sqlite_sample() {
  static const std::unique_ptr<SqliteFile> file = [] {
    auto made = std::make_unique<SqliteFile>();
    CUTOVER_CHECK(made->upsert(SqlitePage(sample_books())), "the sample's books can be stored");
    CUTOVER_CHECK(made->count() == static_cast<std::int64_t>(sample_books().size()),
                  "each is a row");
    return made;
  }();
  return *file;
}

// The read of a lookup that KV could not answer: one statement, and the row made a book.
void point_read_by_isbn(benchmark::State& state) {
  Database& database = sqlite_sample().database();
  std::vector<std::vector<std::string>> wanted;
  for (const books::BookRow& book : sample_books()) {
    wanted.push_back({book.isbn});
    const auto read = store::read_books(database, wanted.back());
    CUTOVER_CHECK(read && read->size() == 1 && read->at(book.isbn).row == book,
                  "what was written is read");
  }
  Picks picks("point read", wanted.size());
  for (auto _ : state) {
    auto read = store::read_books(database, wanted[picks.next()]);
    if (!read || read->size() != 1) {
      state.SkipWithError("a book was not read");
      break;
    }
    benchmark::DoNotOptimize(read);
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(point_read_by_isbn);

}  // namespace
}  // namespace cutover::bench
