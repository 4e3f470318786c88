// The plan's three queries and the library's filters on a database of many books (R6.2).
#pragma once

#include <string>
#include <vector>

#include "bench/row.h"

namespace cutover::bench {

// Puts every book of the migrated database on a shelf, eight for each user and 200 for one, and
// asks: each row's values are the 95th percentiles of the rounds, in milliseconds, and its notes
// SQLite's plan of the query.
[[nodiscard]] std::vector<Row> measure_queries(const std::string& database);

}  // namespace cutover::bench
