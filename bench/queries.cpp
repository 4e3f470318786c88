#include "bench/queries.h"

#include <algorithm>
#include <functional>

#include "adapters/sqlite/sqlite_database.h"
#include "bench/measure.h"
#include "bench/samples.h"
#include "core/ports/random.h"
#include "core/store/plan_queries.h"
#include "core/store/shelf.h"

namespace cutover::bench {
namespace {

constexpr int query_rounds = 3;
constexpr int asks = 20;            // of a round; the 95th percentile of 20 is the second slowest
constexpr double slow_seconds = 2;  // a query that takes longer is asked fewer times
constexpr int asks_when_slow = 2;
constexpr std::int64_t shelf_books = 8;
constexpr std::int64_t shelf_page = 50;
constexpr std::string_view large_shelf = "test_user";

// Book number n (in the order of ISBNs) is on the shelf of user n modulo an eighth of the books.
constexpr std::string_view fill_shelves = R"sql(
INSERT INTO UserLibrary (user_id, isbn, status, rating, added_at)
SELECT 'user-' || (n % (total / ?1)), isbn,
       CASE n % 3 WHEN 0 THEN 'want_to_read' WHEN 1 THEN 'reading' ELSE 'completed' END,
       1 + (n / 7) % 5, 1672531200 + (n * 7919) % 94608000
FROM (SELECT isbn, row_number() OVER (ORDER BY isbn) AS n, count(*) OVER () AS total
      FROM Books))sql";

constexpr std::string_view fill_large_shelf = R"sql(
INSERT INTO UserLibrary (user_id, isbn, status, rating, added_at)
SELECT ?1, isbn, 'completed', 5, 1704067200 + (row_number() OVER (ORDER BY isbn)) * 1000
FROM Books ORDER BY isbn LIMIT 200)sql";

using Ask = std::function<Outcome<std::size_t>()>;  // the number of rows

Row query_row(std::string_view name, std::string_view what) {
  return {name, what, "-", Bound::at_most, 100, "ms"};
}

// One percentile for each round.
void ask_often(Row& row, const Ask& ask) {
  std::size_t rows = 0;
  for (int round = 0; round < query_rounds; ++round) {
    std::vector<double> times;
    int count = asks;
    for (int i = 0; i < count; ++i) {
      Outcome<std::size_t> answer = std::size_t{0};
      const double seconds = seconds_of([&] { answer = ask(); });
      if (!answer) {
        row.values.clear();
        row.missing = describe(answer.error());
        return;
      }
      rows = *answer;
      times.push_back(seconds * 1000);
      if (seconds > slow_seconds) count = asks_when_slow;
    }
    std::sort(times.begin(), times.end());
    row.values.push_back(times[(times.size() * 95 + 99) / 100 - 1]);
  }
  row.notes.push_back("the last answer has " + std::to_string(rows) + " rows");
}

std::vector<Row> plan_rows(Database& database) {
  static constexpr std::string_view names[] = {"query-five-stars", "query-by-year",
                                               "query-top-authors"};
  std::vector<Row> rows;
  const auto queries =
      store::plan_queries(store::QueryForm::corrected, {std::string(large_shelf), 2024});
  for (std::size_t i = 0; i < queries.size(); ++i) {
    Row row = query_row(names[i], queries[i].title);
    if (const auto plan = store::explain(database, queries[i])) row.notes = *plan;
    ask_often(row, [&]() -> Outcome<std::size_t> {
      const auto answer = store::run_plan_query(database, queries[i]);
      if (!answer) return answer.error();
      return answer->rows.size();
    });
    rows.push_back(std::move(row));
  }
  return rows;
}

struct FilteredShelf {
  std::string_view name;
  std::string_view what;
  store::ShelfFilter filter;
};

std::vector<Row> shelf_rows(Database& database, std::int64_t users) {
  std::vector<FilteredShelf> kinds = {{"shelf-all", "a shelf without a filter", {}},
                                      {"shelf-status", "a shelf by status", {}},
                                      {"shelf-rating", "a shelf by rating", {}},
                                      {"shelf-year", "a shelf by publication year", {}},
                                      {"shelf-added", "a shelf by the year of adding", {}}};
  kinds[1].filter.status = "completed";
  kinds[2].filter.rating_min = 4;
  kinds[3].filter.year = 2001;
  kinds[4].filter.added_year = 2024;
  store::Shelf shelf(database);
  RandomStream random(1, "shelves");
  std::vector<Row> rows;
  for (const FilteredShelf& kind : kinds) {
    Row row = query_row(kind.name, kind.what);
    std::int64_t asked = 0;
    ask_often(row, [&]() -> Outcome<std::size_t> {
      // Every fourth one is the large shelf.
      const std::string user =
          ++asked % 4 == 0
              ? std::string(large_shelf)
              : "user-" + std::to_string(random.below(static_cast<std::uint64_t>(users)));
      const auto page = shelf.read(user, kind.filter, shelf_page, std::nullopt);
      if (!page) return page.error();
      return page->books.size();
    });
    rows.push_back(std::move(row));
  }
  return rows;
}

}  // namespace

std::vector<Row> measure_queries(const std::string& path) {
  std::vector<Row> rows = {query_row("queries", "the plan's queries and the library's filters")};
  auto database = sqlite::SqliteDatabase::open(path);
  if (!database) {
    rows[0].missing = database.error();
    return rows;
  }
  std::int64_t users = 0;
  for (const Statement& statement :
       {Statement{fill_shelves, {shelf_books}},
        Statement{fill_large_shelf, {std::string(large_shelf)}},
        Statement{"SELECT count(DISTINCT user_id) - 1 FROM UserLibrary", {}}}) {
    const auto done = (*database)->query(statement);
    if (!done) {
      rows[0].missing = describe(done.error());
      return rows;
    }
    if (!done->rows.empty()) users = as_int(done->rows[0][0]);
  }
  rows = plan_rows(**database);
  std::vector<Row> shelves = shelf_rows(**database, users);
  rows.insert(rows.end(), std::make_move_iterator(shelves.begin()),
              std::make_move_iterator(shelves.end()));
  return rows;
}

}  // namespace cutover::bench
