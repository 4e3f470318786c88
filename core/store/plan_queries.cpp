#include "core/store/plan_queries.h"

#include <chrono>
#include <map>
#include <utility>

#include "core/ports/check.h"

namespace cutover::store {
namespace {

constexpr std::string_view five_star_as_planned =
    R"(SELECT b.*, ul.rating, ul.added_at
FROM UserLibrary ul
JOIN Books b ON ul.isbn = b.isbn
WHERE ul.user_id = ?1
  AND ul.rating >= 5
  AND strftime('%Y', datetime(ul.added_at, 'unixepoch')) = ?2
ORDER BY ul.added_at DESC)";

constexpr std::string_view five_star_corrected =
    R"(SELECT b.*, ul.rating, ul.added_at
FROM UserLibrary ul
JOIN Books b ON ul.isbn = b.isbn
WHERE ul.user_id = ?1
  AND ul.rating = 5
  AND ul.added_at >= ?2 AND ul.added_at < ?3
ORDER BY ul.added_at DESC, ul.id DESC)";

constexpr std::string_view books_by_year =
    R"(SELECT publication_year, COUNT(*) AS count
FROM Books
WHERE publication_year IS NOT NULL
GROUP BY publication_year
ORDER BY publication_year DESC
LIMIT 10)";

constexpr std::string_view top_authors_as_planned =
    R"(SELECT authors, COUNT(*) AS book_count
FROM Books
GROUP BY authors
ORDER BY book_count DESC
LIMIT 20)";

// The counted books are in an index, greatest first; the books that came since are read (see
// author_counts.h). iif: one row whose authors are no JSON would fail the whole query, and W14
// allows such a row.
constexpr std::string_view top_authors_corrected =
    R"(WITH uncounted AS MATERIALIZED (
  SELECT author.value AS author, COUNT(DISTINCT Books.rowid) AS book_count
  FROM Books,
       json_each(iif(json_valid(Books.authors), Books.authors, '[]')) AS author
  WHERE Books.rowid > (SELECT counted_to FROM AuthorCountsPlace)
    AND author.type = 'text'
  GROUP BY author.value
), counted AS (
  SELECT author, books AS book_count
  FROM AuthorCounts
  WHERE books > 0 AND author NOT IN (SELECT author FROM uncounted)
  ORDER BY books DESC, author
  LIMIT 20
)
SELECT author, book_count FROM counted
UNION ALL
SELECT author, book_count + coalesce(
  (SELECT books FROM AuthorCounts WHERE AuthorCounts.author = uncounted.author), 0)
FROM uncounted
ORDER BY book_count DESC, author
LIMIT 20)";

std::int64_t first_second_of(int year) {
  const std::chrono::sys_days day =
      std::chrono::year(year) / std::chrono::January / std::chrono::day(1);
  return std::chrono::duration_cast<std::chrono::seconds>(day.time_since_epoch()).count();
}

}  // namespace

std::vector<PlanQuery> plan_queries(QueryForm form, const PlanQueryOptions& options) {
  CUTOVER_CHECK(options.year >= PlanQueryOptions::year_min, "the caller checks the year");
  CUTOVER_CHECK(options.year <= PlanQueryOptions::year_max, "the caller checks the year");
  const bool planned = form == QueryForm::as_planned;
  std::vector<SqlValue> five_star_params = {options.user_id};
  if (planned) {
    five_star_params.emplace_back(std::to_string(options.year));
  } else {
    five_star_params.emplace_back(first_second_of(options.year));
    five_star_params.emplace_back(first_second_of(options.year + 1));
  }
  return {{"five_star_books", "All 5-star books added in a year",
           planned ? five_star_as_planned : five_star_corrected, std::move(five_star_params)},
          {"books_by_year", "Books by publication year", books_by_year, {}},
          {"top_authors",
           "Top authors by book count",
           planned ? top_authors_as_planned : top_authors_corrected,
           {}}};
}

Outcome<std::vector<std::string>> explain(Database& database, const PlanQuery& query) {
  const std::string sql = "EXPLAIN QUERY PLAN " + std::string(query.sql);
  const Outcome<ResultSet> result = database.query({sql, query.params});
  if (!result) return result.error();
  std::vector<std::string> lines;
  std::map<std::int64_t, std::size_t> levels;  // by id; parents come before their children
  for (const SqlRow& row : result->rows) {     // id, parent, unused, detail
    const auto parent = levels.find(as_int(row.at(1)));
    const std::size_t level = parent == levels.end() ? 0 : parent->second + 1;
    levels[as_int(row.at(0))] = level;
    lines.push_back(std::string(2 * level, ' ') + std::string(as_text(row.at(3))));
  }
  return lines;
}

Outcome<ResultSet> run_plan_query(Database& database, const PlanQuery& query) {
  return database.query(query.statement());
}

Outcome<PlanQueryRun> run_with_plan(Database& database, const PlanQuery& query) {
  Outcome<std::vector<std::string>> plan = explain(database, query);
  if (!plan) return plan.error();
  const Outcome<ResultSet> result = run_plan_query(database, query);
  if (!result) return result.error();
  return PlanQueryRun{static_cast<std::int64_t>(result->rows.size()), result->meta,
                      std::move(*plan)};
}

}  // namespace cutover::store
