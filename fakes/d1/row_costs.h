// RowCosts: rows_written as D1 bills it, modelled.
//
// D1 counts in its own SQLite how many rows of tables and indexes it writes; stock SQLite does not.
// The model, fitted to the counts of miniflare-observed section 4:
//   inserted row: 1 + every index of the table;
//   updated row:  1 + the indexes over the columns that the statement sets, all for the row id;
//   deleted row, also by cascade: 1;
//   a statement that inserts into a table with AUTOINCREMENT: 1 more.
// Schema changes count nothing here, though D1 bills a few rows for them; a multi-row upsert counts
// as if it had inserted every row, a partial index as if it held every row, and what triggers and
// cascades write counts without indexes. Approximate: good for estimates.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "fakes/d1/authorizer.h"

namespace cutover::fakes {

// What one statement did, as SQLite counts it.
struct RowChanges {
  std::int64_t all = 0;       // cascades and triggers included
  std::int64_t direct = 0;    // by the statement itself
  bool moved_row_id = false;  // the connection's last row id is another one than before
};

class RowCosts {
 public:
  explicit RowCosts(sqlite3* database) : database_(database) {}

  // Call after each statement. `target` is empty when the statement was not compiled this time:
  // then what was told for the same text before holds. Reads the schema when it has to.
  std::int64_t rows_written(std::string_view sql, const WriteTarget& target,
                            const RowChanges& changes);

  // After a change of the schema.
  void forget_tables() { tables_.clear(); }

 private:
  struct Table {
    std::vector<std::set<std::string>> indexes;  // each one's columns; an expression is ""
    std::string row_id = "rowid";                // the name under which it is a column
    bool autoincrement = false;
  };

  const Table& table_of(const std::string& name);

  sqlite3* database_;
  std::map<std::string, WriteTarget, std::less<>> targets_;  // by statement text
  std::map<std::string, Table, std::less<>> tables_;
};

}  // namespace cutover::fakes
