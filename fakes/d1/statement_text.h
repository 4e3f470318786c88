// What can be told from a statement's text alone, before any database is asked.
#pragma once

#include <string>
#include <string_view>

namespace cutover::fakes {

// The text without what comes after its last statement: blanks, semicolons and comments. D1 takes
// them off, so that they are not in the name of a column. Of a literal without an end, nothing is
// taken off.
[[nodiscard]] std::string_view without_end(std::string_view sql);

// SELECT, VALUES, EXPLAIN, PRAGMA, and WITH before one of them: what the service may take for a
// read. Several statements in one text go by the first.
[[nodiscard]] bool reads_only(std::string_view sql);

// Nothing but SELECT, EXPLAIN or WITH, in all of its statements: what the service repeats by itself
// after a transient failure. Stricter than reads_only: a word that can only write, or PRAGMA,
// anywhere outside of literals and comments says no.
[[nodiscard]] bool can_be_repeated(std::string_view sql);

// ALTER TABLE … RENAME TO a name that the service keeps for itself. SQLite does not tell its
// authorizer the new name.
[[nodiscard]] bool renames_to_reserved(std::string_view sql);

// A short name for histories and fault plans, stable when a statement is laid out anew:
// "INSERT Books", "SELECT MigrationRuns", "CREATE TABLE Books" is "CREATE Books".
[[nodiscard]] std::string short_name(std::string_view sql);

}  // namespace cutover::fakes
