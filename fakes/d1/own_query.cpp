#include "fakes/d1/own_query.h"

#include <sqlite3.h>

#include <memory>

#include "core/ports/check.h"

namespace cutover::fakes {

std::vector<OwnRow> own_query(sqlite3* database, const char* sql,
                              const std::vector<std::string>& arguments) {
  sqlite3_stmt* prepared = nullptr;
  const int code = sqlite3_prepare_v2(database, sql, -1, &prepared, nullptr);
  CUTOVER_CHECK(code == SQLITE_OK, sqlite3_errmsg(database));
  const std::unique_ptr<sqlite3_stmt, int (*)(sqlite3_stmt*)> statement(prepared, sqlite3_finalize);
  int index = 0;
  for (const std::string& argument : arguments) {
    const int bound = sqlite3_bind_text64(prepared, ++index, argument.data(), argument.size(),
                                          SQLITE_STATIC, SQLITE_UTF8);
    CUTOVER_CHECK(bound == SQLITE_OK, sqlite3_errmsg(database));
  }
  std::vector<OwnRow> rows;
  int stepped = sqlite3_step(prepared);
  for (; stepped == SQLITE_ROW; stepped = sqlite3_step(prepared)) {
    OwnRow row;
    for (int column = 0; column < sqlite3_column_count(prepared); ++column) {
      const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(prepared, column));
      const auto size = static_cast<std::size_t>(sqlite3_column_bytes(prepared, column));
      row.push_back(text == nullptr ? std::string() : std::string(text, size));
    }
    rows.push_back(std::move(row));
  }
  CUTOVER_CHECK(stepped == SQLITE_DONE, sqlite3_errmsg(database));
  return rows;
}

void own_statement(sqlite3* database, const char* sql) {
  const int code = sqlite3_exec(database, sql, nullptr, nullptr, nullptr);
  CUTOVER_CHECK(code == SQLITE_OK, sqlite3_errmsg(database));
}

int OwnStatement::run(sqlite3* database) {
  if (!statement_) {
    sqlite3_stmt* prepared = nullptr;
    const int code =
        sqlite3_prepare_v3(database, sql_, -1, SQLITE_PREPARE_PERSISTENT, &prepared, nullptr);
    CUTOVER_CHECK(code == SQLITE_OK, sqlite3_errmsg(database));
    statement_.reset(prepared);
  }
  const int code = sqlite3_step(statement_.get());
  sqlite3_reset(statement_.get());
  return code;
}

std::string quoted_name(std::string_view name) {
  std::string quoted = "\"";
  for (const char byte : name) {
    if (byte == '"') quoted.push_back('"');
    quoted.push_back(byte);
  }
  return quoted.append("\"");
}

}  // namespace cutover::fakes
