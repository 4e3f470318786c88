// A database as the SQL text that makes it anew: what an export is.
//
// Tables in the order in which they were made, each with its rows, then the counters of
// AUTOINCREMENT, then views, indexes and triggers. Foreign keys are checked at the end only. A row
// makes one statement, however long: D1 takes no statement of 100,000 bytes, so what it exports it
// may not import (a known trouble of the real one). Never switches.
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

// The caller holds an Authorizer::ServiceScope. There must be no virtual table: their own tables
// would be made twice.
[[nodiscard]] std::string sql_dump(sqlite3* database, const DumpOptions& options);

}  // namespace cutover::fakes
