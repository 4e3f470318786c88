// The whole content of a database as digests, and as an image: for comparing final states, and for
// starting many worlds from one prepared state. Outside of virtual time; never switches.
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>

struct sqlite3;

namespace cutover::fakes {

// A digest of every table's rows, by table name, rows in the order of the primary key (or the
// rowid). `except` names what does not count: "Table" or "Table.column". SQLite's own tables are
// left out. Two databases hold the same rows when the maps are equal, and the first difference
// names the table.
[[nodiscard]] std::map<std::string, std::string> table_digests(sqlite3* database,
                                                               std::span<const std::string> except);

// The database file's bytes.
[[nodiscard]] std::string database_image(sqlite3* database);

// Replaces the content by that of an image that database_image() made; anything else is a broken
// invariant. No transaction may be open.
void restore_image(sqlite3* database, std::string_view image);

}  // namespace cutover::fakes
