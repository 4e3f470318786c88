#include "fakes/d1/sql_dump.h"

#include <sqlite3.h>

#include <array>
#include <charconv>
#include <cmath>
#include <memory>
#include <string_view>

#include "core/ports/check.h"
#include "fakes/d1/own_query.h"

namespace cutover::fakes {
namespace {

// A literal that SQLite reads as the same number, and as a REAL.
std::string real_text(double real) {
  if (std::isinf(real)) return real > 0 ? "9e999" : "-9e999";
  std::array<char, 40> digits{};
  const auto [end, error] = std::to_chars(digits.data(), digits.data() + digits.size(), real);
  CUTOVER_CHECK(error == std::errc(), "a double fits into 40 digits");
  std::string text(digits.data(), end);
  if (text.find_first_of(".e") == std::string::npos) text += ".0";
  return text;
}

std::string hex_literal(std::string_view bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text = "x'";
  for (const char byte : bytes) {
    const auto value = static_cast<unsigned char>(byte);
    text += digits[value / 16];
    text += digits[value % 16];
  }
  return text += '\'';
}

// SQLite's own quote() cannot be used: what it makes of a long value exceeds D1's limit on values.
std::string text_literal(std::string_view text) {
  if (text.find('\0') != std::string_view::npos) return "CAST(" + hex_literal(text) + " AS TEXT)";
  std::string literal = "'";
  for (const char byte : text) {
    if (byte == '\'') literal += '\'';
    literal += byte;
  }
  return literal += '\'';
}

std::string literal(sqlite3_stmt* statement, int column) {
  const int type = sqlite3_column_type(statement, column);
  if (type == SQLITE_NULL) return "NULL";
  if (type == SQLITE_INTEGER) return std::to_string(sqlite3_column_int64(statement, column));
  if (type == SQLITE_FLOAT) return real_text(sqlite3_column_double(statement, column));
  const auto* bytes = static_cast<const char*>(sqlite3_column_blob(statement, column));
  const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement, column));
  const std::string_view view =
      bytes == nullptr ? std::string_view() : std::string_view(bytes, size);
  return type == SQLITE_TEXT ? text_literal(view) : hex_literal(view);
}

std::string joined_parts(const OwnRow& parts) {
  std::string text;
  for (const std::string& part : parts) text.append(text.empty() ? "" : ",").append(part);
  return text;
}

// Generated columns cannot be written, so they are left out.
std::string columns_of(sqlite3* database, const std::string& table) {
  OwnRow columns;
  for (const OwnRow& row :
       own_query(database, "SELECT name FROM pragma_table_xinfo(?1) WHERE hidden = 0", {table})) {
    columns.push_back(quoted_name(row[0]));
  }
  return joined_parts(columns);
}

void add_rows(sqlite3* database, const std::string& table, std::string& out) {
  const std::string columns = columns_of(database, table);
  const std::string rows = "SELECT " + columns + " FROM " + quoted_name(table);
  const std::string begin = "INSERT INTO " + quoted_name(table) + " (" + columns + ") VALUES(";
  sqlite3_stmt* prepared = nullptr;
  const int code = sqlite3_prepare_v2(database, rows.c_str(), -1, &prepared, nullptr);
  CUTOVER_CHECK(code == SQLITE_OK, sqlite3_errmsg(database));
  const std::unique_ptr<sqlite3_stmt, int (*)(sqlite3_stmt*)> statement(prepared, sqlite3_finalize);
  int stepped = sqlite3_step(prepared);
  for (; stepped == SQLITE_ROW; stepped = sqlite3_step(prepared)) {
    out += begin;
    for (int column = 0; column < sqlite3_column_count(prepared); ++column) {
      if (column > 0) out += ',';
      out += literal(prepared, column);
    }
    out += ");\n";
  }
  CUTOVER_CHECK(stepped == SQLITE_DONE, sqlite3_errmsg(database));
}

bool is_wanted(const DumpOptions& options, const std::string& table) {
  return options.tables.empty() || options.tables.contains(table);
}

void add_counters(sqlite3* database, const DumpOptions& options, std::string& out) {
  const auto there = own_query(
      database, "SELECT 1 FROM sqlite_schema WHERE name = 'sqlite_sequence' AND type = 'table'");
  if (there.empty()) return;
  for (const OwnRow& row : own_query(
           database, "SELECT name, CAST(seq AS INTEGER) FROM sqlite_sequence ORDER BY name")) {
    if (!is_wanted(options, row[0])) continue;
    const std::string name = text_literal(row[0]);
    out.append("DELETE FROM sqlite_sequence WHERE name = ").append(name).append(";\n");
    out.append("INSERT INTO sqlite_sequence (name,seq) VALUES(").append(name).append(",");
    out.append(row[1]).append(");\n");
  }
}

}  // namespace

std::string sql_dump(sqlite3* database, const DumpOptions& options) {
  std::string out = "PRAGMA defer_foreign_keys=TRUE;\n";
  for (const OwnRow& table :
       own_query(database,
                 "SELECT name, sql FROM sqlite_schema WHERE type = 'table' AND rootpage > 0 AND "
                 "substr(name, 1, 7) <> 'sqlite_' ORDER BY rowid")) {
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
