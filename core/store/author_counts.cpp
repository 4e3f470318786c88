#include "core/store/author_counts.h"

#include <vector>

#include "core/ports/check.h"

namespace cutover::store {
namespace {

constexpr std::string_view count_sql =
    R"(INSERT INTO AuthorCounts (author, books)
SELECT author.value, COUNT(DISTINCT book.rowid)
FROM (SELECT rowid, authors FROM Books
      WHERE rowid > (SELECT counted_to FROM AuthorCountsPlace)
      ORDER BY rowid LIMIT ?1) AS book,
     json_each(iif(json_valid(book.authors), book.authors, '[]')) AS author
WHERE author.type = 'text'
GROUP BY author.value
ON CONFLICT(author) DO UPDATE SET books = AuthorCounts.books + excluded.books)";

// The same books as above: both look from the place where the counting stands.
constexpr std::string_view move_place_sql =
    R"(UPDATE AuthorCountsPlace SET counted_to = coalesce(
  (SELECT max(rowid) FROM (SELECT rowid FROM Books
                           WHERE rowid > (SELECT counted_to FROM AuthorCountsPlace)
                           ORDER BY rowid LIMIT ?1)),
  counted_to))";

constexpr std::string_view left_sql =
    R"(SELECT EXISTS (SELECT 1 FROM Books
               WHERE rowid > (SELECT counted_to FROM AuthorCountsPlace)))";

}  // namespace

Outcome<bool> count_authors(Database& database, std::int64_t books_max) {
  CUTOVER_CHECK(books_max >= 1, "a piece counts at least one book");
  const std::vector<Statement> statements = {
      {count_sql, {books_max}}, {move_place_sql, {books_max}}, {left_sql, {}}};
  const auto done = database.batch(statements);
  if (!done) return done.error();
  return as_int(done->back().rows.at(0).at(0)) != 0;
}

}  // namespace cutover::store
