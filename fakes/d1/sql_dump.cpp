#include "fakes/d1/sql_dump.h"

#include "fakes/d1/own_query.h"

namespace cutover::fakes {
namespace {

std::string joined(const OwnRow& parts) {
  std::string text;
  for (const std::string& part : parts) text.append(text.empty() ? "" : ",").append(part);
  return text;
}

// Generated columns cannot be written, so they are left out.
OwnRow columns_of(sqlite3* database, const std::string& table) {
  OwnRow columns;
  for (const OwnRow& row :
       own_query(database, "SELECT name FROM pragma_table_xinfo(?1) WHERE hidden = 0", {table})) {
    columns.push_back(quoted_name(row[0]));
  }
  return columns;
}

void add_rows(sqlite3* database, const std::string& table, std::string& out) {
  const OwnRow columns = columns_of(database, table);
  OwnRow quoted;
  for (const std::string& column : columns) quoted.push_back("quote(" + column + ")");
  const std::string rows = "SELECT " + joined(quoted) + " FROM " + quoted_name(table);
  const std::string begin =
      "INSERT INTO " + quoted_name(table) + " (" + joined(columns) + ") VALUES(";
  for (const OwnRow& row : own_query(database, rows.c_str())) {
    out.append(begin).append(joined(row)).append(");\n");
  }
}

bool is_wanted(const DumpOptions& options, const std::string& table) {
  return options.tables.empty() || options.tables.contains(table);
}

void add_counters(sqlite3* database, const DumpOptions& options, std::string& out) {
  const auto there = own_query(
      database, "SELECT 1 FROM sqlite_schema WHERE name = 'sqlite_sequence' AND type = 'table'");
  if (there.empty()) return;
  for (const OwnRow& row :
       own_query(database, "SELECT name, quote(name), seq FROM sqlite_sequence ORDER BY name")) {
    if (!is_wanted(options, row[0])) continue;
    out.append("DELETE FROM sqlite_sequence WHERE name = ").append(row[1]).append(";\n");
    out.append("INSERT INTO sqlite_sequence (name,seq) VALUES(").append(row[1]).append(",");
    out.append(row[2]).append(");\n");
  }
}

}  // namespace

std::string sql_dump(sqlite3* database, const DumpOptions& options) {
  std::string out = "PRAGMA defer_foreign_keys=TRUE;\n";
  // Tables of virtual tables' own are made by them.
  const auto tables =
      own_query(database,
                "SELECT s.name, s.sql FROM sqlite_schema AS s JOIN pragma_table_list AS l "
                "ON l.name = s.name AND l.schema = 'main' WHERE s.type = 'table' AND "
                "substr(s.name, 1, 7) <> 'sqlite_' AND l.type <> 'shadow' ORDER BY s.rowid");
  for (const OwnRow& table : tables) {
    if (!is_wanted(options, table[0])) continue;
    if (options.with_schema) out.append(table[1]).append(";\n");
    if (options.with_data) add_rows(database, table[0], out);
  }
  if (options.with_data) add_counters(database, options, out);
  if (!options.with_schema) return out;
  for (const OwnRow& other : own_query(
           database,
           "SELECT tbl_name, sql FROM sqlite_schema WHERE type <> 'table' AND sql IS NOT NULL "
           "ORDER BY type = 'view' DESC, type = 'trigger', rowid")) {
    if (is_wanted(options, other[0])) out.append(other[1]).append(";\n");
  }
  return out;
}

}  // namespace cutover::fakes
