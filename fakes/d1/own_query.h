// Small queries that the simulated service asks of its own database: schema lookups, and
// transaction control. A failure is a broken invariant, because the texts are ours.
//
// The caller holds an Authorizer::ServiceScope. Never switches.
#pragma once

#include <string>
#include <string_view>
#include <vector>

struct sqlite3;

namespace cutover::fakes {

using OwnRow = std::vector<std::string>;  // every value as text, NULL as ""

// At most as many arguments as the text has parameters.
[[nodiscard]] std::vector<OwnRow> own_query(sqlite3* database, const char* sql,
                                            const std::vector<std::string>& arguments = {});

// Runs statements without rows.
void own_statement(sqlite3* database, const char* sql);

// A name as an SQL identifier, quoted.
[[nodiscard]] std::string quoted_name(std::string_view name);

}  // namespace cutover::fakes
