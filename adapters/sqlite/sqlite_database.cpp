#include "adapters/sqlite/sqlite_database.h"

#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <string_view>
#include <utility>

namespace cutover::sqlite {
namespace {

using Clock = std::chrono::steady_clock;

Duration since(Clock::time_point start) {
  return std::chrono::duration_cast<Duration>(Clock::now() - start);
}

// What D1 documents; the names are SQLite's.
void set_limits(sqlite3* handle) {
  sqlite3_limit(handle, SQLITE_LIMIT_VARIABLE_NUMBER, static_cast<int>(D1Limits::parameters_max));
  sqlite3_limit(handle, SQLITE_LIMIT_SQL_LENGTH, static_cast<int>(D1Limits::sql_bytes_max));
  sqlite3_limit(handle, SQLITE_LIMIT_LENGTH, static_cast<int>(D1Limits::value_bytes_max));
  sqlite3_limit(handle, SQLITE_LIMIT_COLUMN, static_cast<int>(D1Limits::columns_max));
  sqlite3_limit(handle, SQLITE_LIMIT_FUNCTION_ARG, 32);
  sqlite3_limit(handle, SQLITE_LIMIT_EXPR_DEPTH, 100);
  sqlite3_limit(handle, SQLITE_LIMIT_COMPOUND_SELECT, 5);
  sqlite3_limit(handle, SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 50);
}

bool d1_allows_pragma(std::string_view name) {
  static constexpr std::array<std::string_view, 19> allowed = {"case_sensitive_like",
                                                               "data_version",
                                                               "defer_foreign_keys",
                                                               "foreign_key_check",
                                                               "foreign_key_list",
                                                               "foreign_keys",
                                                               "index_info",
                                                               "index_list",
                                                               "index_xinfo",
                                                               "legacy_alter_table",
                                                               "optimize",
                                                               "page_size",
                                                               "quick_check",
                                                               "recursive_triggers",
                                                               "reverse_unordered_selects",
                                                               "table_info",
                                                               "table_list",
                                                               "table_xinfo",
                                                               "ignore_check_constraints"};
  // SQLite passes the name as it was written.
  std::string lower(name);
  std::transform(lower.begin(), lower.end(), lower.begin(), [](char letter) {
    return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter + ('a' - 'A')) : letter;
  });
  return std::find(allowed.begin(), allowed.end(), lower) != allowed.end();
}

int authorize(void* context, int action, const char* first, const char* second, const char*,
              const char*) {
  if (static_cast<const Connection*>(context)->runs_own_statement()) return SQLITE_OK;
  switch (action) {
    case SQLITE_TRANSACTION:
    case SQLITE_SAVEPOINT:
    case SQLITE_ATTACH:
    case SQLITE_DETACH: return SQLITE_DENY;
    case SQLITE_PRAGMA: {
      if (!d1_allows_pragma(first)) return SQLITE_DENY;
      const bool sets_foreign_keys =
          second != nullptr && sqlite3_stricmp(first, "foreign_keys") == 0;
      return sets_foreign_keys ? SQLITE_IGNORE : SQLITE_OK;
    }
    default: return SQLITE_OK;
  }
}

Failure describe_failure(std::string_view operation, const SqlError& error) {
  Failure failure = to_failure(Service::d1, operation, error);
  if (error.code == SQLITE_AUTH) {
    failure.message +=
        ". D1 has no BEGIN, SAVEPOINT or ATTACH, and few PRAGMAs: send statements that belong "
        "together as one batch.";
  }
  return failure;
}

}  // namespace

tl::expected<std::unique_ptr<SqliteDatabase>, std::string> SqliteDatabase::open(
    const std::string& path) {
  return open(path, FileOptions{});
}

tl::expected<std::unique_ptr<SqliteDatabase>, std::string> SqliteDatabase::open(
    const std::string& path, const FileOptions& options) {
  auto connection = open_file(path, options, /*numbers_as_real=*/true);
  if (!connection) return tl::unexpected(std::move(connection.error()));
  return std::unique_ptr<SqliteDatabase>(new SqliteDatabase(std::move(*connection)));
}

SqliteDatabase::SqliteDatabase(std::unique_ptr<Connection> connection)
    : connection_(std::move(connection)) {
  set_limits(connection_->handle());
  sqlite3_set_authorizer(connection_->handle(), authorize, connection_.get());
}

Outcome<ResultSet> SqliteDatabase::query(const Statement& statement) {
  const std::lock_guard lock(mutex_);
  const auto start = Clock::now();
  auto result = connection_->run(statement);
  if (!result) return describe_failure("query", result.error());
  result->meta.duration = since(start);
  return std::move(*result);
}

Outcome<std::vector<ResultSet>> SqliteDatabase::batch(std::span<const Statement> statements) {
  const std::lock_guard lock(mutex_);
  const auto start = Clock::now();
  auto results = connection_->run_all(statements);
  if (!results) {
    const SqlError& error = results.error();
    Failure failure = describe_failure("batch", error);
    if (error.statement < statements.size()) {
      failure.message += " (statement " + std::to_string(error.statement + 1) + " of " +
                         std::to_string(statements.size()) + ")";
    } else if (!statements.empty()) {
      failure.message += " (at the end of the batch)";
    }
    return failure;
  }
  results->back().meta.duration = since(start);
  return std::move(*results);
}

}  // namespace cutover::sqlite
