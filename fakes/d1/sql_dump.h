// A database as the SQL text that makes it anew: what an export is.
//
// Tables in the order in which they were made, each with its rows, then the counters of
// AUTOINCREMENT, then indexes, triggers and views. Foreign keys are checked at the end only. A text
// with a NUL byte ends there, as in SQLite's own quote(). Never switches.
#pragma once

#include <set>
#include <string>

struct sqlite3;

namespace cutover::fakes {

struct DumpOptions {
  std::set<std::string> tables;  // only these; empty: all of them
  bool with_schema = true;
  bool with_data = true;
};

// The caller holds an Authorizer::ServiceScope.
[[nodiscard]] std::string sql_dump(sqlite3* database, const DumpOptions& options);

}  // namespace cutover::fakes
