// Small queries that the simulated service asks of its own database: schema lookups, and
// transaction control. A failure is a broken invariant, because the texts are ours.
//
// The caller holds an Authorizer::ServiceScope. Never switches.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "adapters/sqlite/statement_cache.h"

struct sqlite3;

namespace cutover::fakes {

using OwnRow = std::vector<std::string>;  // every value as text, NULL as ""

// At most as many arguments as the text has parameters.
[[nodiscard]] std::vector<OwnRow> own_query(sqlite3* database, const char* sql,
                                            const std::vector<std::string>& arguments = {});

// Runs statements without rows.
void own_statement(sqlite3* database, const char* sql);

// A statement without rows that is run often: prepared when it is run first. Dies before the
// database.
class OwnStatement {
 public:
  explicit OwnStatement(const char* sql) : sql_(sql) {}

  // SQLite's code, SQLITE_DONE when all is well.
  [[nodiscard]] int run(sqlite3* database);

 private:
  const char* sql_;
  sqlite::StatementHandle statement_;
};

// A name as an SQL identifier, quoted.
[[nodiscard]] std::string quoted_name(std::string_view name);

}  // namespace cutover::fakes
