// The three SQL queries that the plan's sign-off asks for (R6.2, plan item 2.6): each as the plan
// has it, and as it must be to mean what its title says and to use an index.
//
//   five_star_books  strftime() on the column hides added_at from any index and gives NULL for
//                    milliseconds (defect U10); ties have no order; the year is added_at's, as the
//                    query's title says, not the publication year that the endpoint uses (U09)
//   books_by_year    unchanged: its index answers it alone
//   top_authors      the plan groups whole JSON arrays, so ["A","B"] and ["B","A"] are two authors
//                    (U11); here each name counts once per book. It is fast where count_authors()
//                    was called before (author_counts.h)
//
// Nothing here measures time: the core has no clock. The caller measures around run_plan_query().
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/ports/database.h"
#include "core/ports/outcome.h"

namespace cutover::store {

enum class QueryForm : std::uint8_t { as_planned, corrected };

struct PlanQuery {
  std::string_view name;   // static: "five_star_books", "books_by_year", "top_authors"
  std::string_view title;  // static: the plan's words
  std::string_view sql;    // static
  std::vector<SqlValue> params;

  [[nodiscard]] Statement statement() const { return {sql, params}; }
};

struct PlanQueryOptions {
  static constexpr int year_min = 1970;
  static constexpr int year_max = 2099;

  std::string user_id;  // whose library the first query asks for
  int year = 2024;      // UTC, year_min to year_max: when the books were added
};

// All three, in the plan's order.
[[nodiscard]] std::vector<PlanQuery> plan_queries(QueryForm form, const PlanQueryOptions& options);

// How SQLite means to do it: the lines of EXPLAIN QUERY PLAN, indented two spaces a level. May
// switch; fails as Database does.
Outcome<std::vector<std::string>> explain(Database& database, const PlanQuery& query);

struct PlanQueryRun {
  std::int64_t rows = 0;
  ResultMeta meta;                // the service's own counts and time
  std::vector<std::string> plan;  // as explain() gives it
};

// Runs only the query, in one call, and gives its rows. May switch; fails as Database does.
Outcome<ResultSet> run_plan_query(Database& database, const PlanQuery& query);

// Explains, then runs. May switch; fails as Database does.
Outcome<PlanQueryRun> run_with_plan(Database& database, const PlanQuery& query);

}  // namespace cutover::store
