#include "fakes/d1/database_content.h"

#include <sqlite3.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <memory>
#include <vector>

#include "core/ports/check.h"
#include "fakes/d1/own_query.h"
#include "fakes/kv/content_digest.h"

namespace cutover::fakes {
namespace {

bool is_excepted(std::span<const std::string> except, const std::string& name) {
  return std::find(except.begin(), except.end(), name) != except.end();
}

std::string joined(const std::vector<std::string>& names) {
  std::string list;
  for (const std::string& name : names) {
    if (!list.empty()) list.append(", ");
    list.append(quoted_name(name));
  }
  return list;
}

// "SELECT "a", "b" FROM "t" ORDER BY "a"", or nothing when no column is left.
std::string rows_query(sqlite3* database, const std::string& table,
                       std::span<const std::string> except) {
  std::vector<std::string> columns;
  std::vector<std::string> key;
  for (const OwnRow& column : own_query(
           database, "SELECT name, pk FROM pragma_table_info(?1) ORDER BY pk, cid", {table})) {
    if (column[1] != "0") key.push_back(column[0]);
    if (!is_excepted(except, table + "." + column[0])) columns.push_back(column[0]);
  }
  if (columns.empty()) return {};
  const std::string order = key.empty() ? "rowid" : joined(key);
  return "SELECT " + joined(columns) + " FROM " + quoted_name(table) + " ORDER BY " + order;
}

void add_value(ContentDigest& digest, sqlite3_stmt* statement, int column) {
  const int type = sqlite3_column_type(statement, column);
  digest.add_number(type);  // 5 and 5.0 and '5' differ
  if (type == SQLITE_INTEGER) {
    digest.add_number(sqlite3_column_int64(statement, column));
  } else if (type == SQLITE_FLOAT) {
    const double real = sqlite3_column_double(statement, column);
    std::int64_t bits = 0;
    std::memcpy(&bits, &real, sizeof bits);
    digest.add_number(bits);
  } else if (type != SQLITE_NULL) {
    const auto* bytes = static_cast<const char*>(sqlite3_column_blob(statement, column));
    const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement, column));
    digest.add(bytes == nullptr ? std::string_view() : std::string_view(bytes, size));
  }
}

std::string rows_digest(sqlite3* database, const std::string& sql) {
  sqlite3_stmt* prepared = nullptr;
  const int code = sqlite3_prepare_v2(database, sql.c_str(), -1, &prepared, nullptr);
  CUTOVER_CHECK(code == SQLITE_OK, sqlite3_errmsg(database));
  const std::unique_ptr<sqlite3_stmt, int (*)(sqlite3_stmt*)> statement(prepared, sqlite3_finalize);
  ContentDigest digest;
  const int columns = sqlite3_column_count(prepared);
  int stepped = sqlite3_step(prepared);
  for (; stepped == SQLITE_ROW; stepped = sqlite3_step(prepared)) {
    for (int column = 0; column < columns; ++column) add_value(digest, prepared, column);
  }
  CUTOVER_CHECK(stepped == SQLITE_DONE, sqlite3_errmsg(database));
  return digest.text();
}

}  // namespace

std::map<std::string, std::string> table_digests(sqlite3* database,
                                                 std::span<const std::string> except) {
  std::map<std::string, std::string> digests;
  // A virtual table has no page of its own: what it shows is in other tables, or cannot be read.
  const auto tables = own_query(database,
                                "SELECT name FROM sqlite_schema WHERE type = 'table' AND "
                                "rootpage > 0 AND substr(name, 1, 7) <> 'sqlite_' ORDER BY name");
  for (const OwnRow& table : tables) {
    if (is_excepted(except, table[0])) continue;
    const std::string sql = rows_query(database, table[0], except);
    if (!sql.empty()) digests.emplace(table[0], rows_digest(database, sql));
  }
  return digests;
}

std::string database_image(sqlite3* database) {
  sqlite3_int64 size = 0;
  const std::unique_ptr<unsigned char, void (*)(void*)> bytes(
      sqlite3_serialize(database, "main", &size, 0), sqlite3_free);
  if (bytes == nullptr) return {};  // a database without a single page
  return {reinterpret_cast<const char*>(bytes.get()), static_cast<std::size_t>(size)};
}

void restore_image(sqlite3* database, std::string_view image) {
  CUTOVER_CHECK(sqlite3_get_autocommit(database) != 0, "no transaction may be open");
  sqlite3* opened = nullptr;
  int code = sqlite3_open(":memory:", &opened);
  const std::unique_ptr<sqlite3, int (*)(sqlite3*)> source(opened, sqlite3_close);
  CUTOVER_CHECK(code == SQLITE_OK, "an empty in-memory database opens");
  // SQLite reads the image where it is, and is not let to write there.
  std::string bytes(image);
  if (!bytes.empty()) {
    const auto size = static_cast<sqlite3_int64>(bytes.size());
    code = sqlite3_deserialize(opened, "main", reinterpret_cast<unsigned char*>(bytes.data()), size,
                               size, SQLITE_DESERIALIZE_READONLY);
    CUTOVER_CHECK(code == SQLITE_OK, sqlite3_errmsg(opened));
  }
  sqlite3_backup* copying = sqlite3_backup_init(database, "main", opened, "main");
  CUTOVER_CHECK(copying != nullptr, sqlite3_errmsg(database));
  code = sqlite3_backup_step(copying, -1);
  CUTOVER_CHECK(code == SQLITE_DONE, sqlite3_errmsg(database));
  code = sqlite3_backup_finish(copying);
  CUTOVER_CHECK(code == SQLITE_OK, sqlite3_errmsg(database));
}

}  // namespace cutover::fakes
