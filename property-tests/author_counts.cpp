// The counts of authors against reading every book: whatever was written, changed, removed and
// counted in whatever order, the top authors are those that a look at all books finds (R6.2, U11).
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <string>
#include <vector>

#include "adapters/sqlite/sqlite_database.h"
#include "core/ports/check.h"
#include "core/store/author_counts.h"
#include "core/store/plan_queries.h"
#include "core/store/schema_migrations.h"

namespace cutover::store {
namespace {

constexpr std::string_view by_reading_all =
    R"(SELECT author.value, COUNT(DISTINCT Books.isbn)
FROM Books, json_each(iif(json_valid(Books.authors), Books.authors, '[]')) AS author
WHERE author.type = 'text'
GROUP BY author.value ORDER BY 2 DESC, 1 LIMIT 20)";

constexpr std::string_view write_book =
    R"(INSERT INTO Books (isbn, title, authors, canonical_metadata) VALUES (?1, 'T', ?2, '{}')
ON CONFLICT(isbn) DO UPDATE SET title = excluded.title, authors = excluded.authors)";

// Few names and more than 20 of them, so that ties and the limit are met.
std::string any_authors() {
  if (*rc::gen::inRange(0, 10) == 0) return *rc::gen::element<std::string>("no json", "7", "{}");
  std::string list;
  for (int names = *rc::gen::inRange(0, 4); names > 0; --names) {
    list += list.empty() ? "" : ",";
    list += *rc::gen::element<std::string>("null", "7", "[\"Inner\"]", "\"Ann\"", "\"ann\"");
    list += ",\"Author " + std::to_string(*rc::gen::inRange(0, 24)) + '"';
  }
  return '[' + list + ']';
}

std::string any_isbn() {
  return std::to_string(9'780'000'000'000 + *rc::gen::inRange(0, 12));
}

std::vector<SqlRow> rows_of(Database& database, const Statement& statement) {
  const auto result = database.query(statement);
  RC_ASSERT(result.has_value());
  return result->rows;
}

RC_GTEST_PROP(AuthorCounts, R6_2_TheTopAuthorsAreThoseThatReadingAllBooksFinds, ()) {
  auto opened = sqlite::SqliteDatabase::open(":memory:");
  CUTOVER_CHECK(opened.has_value(), "a database in memory opens");
  Database& database = **opened;
  const auto applied = apply(database, embedded_migrations(), false);
  CUTOVER_CHECK(applied && applied->ok(), "the migrations apply to an empty database");
  const PlanQuery top_authors = plan_queries(QueryForm::corrected, {"ann"}).at(2);
  for (int steps = *rc::gen::inRange(1, 40); steps > 0; --steps) {
    switch (*rc::gen::inRange(0, 6)) {
      case 0: rows_of(database, {"DELETE FROM Books WHERE isbn = ?1", {any_isbn()}}); break;
      case 1: RC_ASSERT(count_authors(database, *rc::gen::inRange(1, 6)).has_value()); break;
      default: rows_of(database, {write_book, {any_isbn(), any_authors()}}); break;
    }
    RC_ASSERT(rows_of(database, top_authors.statement()) ==
              rows_of(database, {by_reading_all, {}}));
  }
}

}  // namespace
}  // namespace cutover::store
