#include "fakes/d1/engine_settings.h"

#include <sqlite3.h>

#include <algorithm>
#include <string>

#include "core/ports/check.h"
#include "core/ports/database.h"

namespace cutover::fakes {
namespace {

RandomStream& stream_of(sqlite3_context* context) {
  return *static_cast<RandomStream*>(sqlite3_user_data(context));
}

void random_function(sqlite3_context* context, int /*count*/, sqlite3_value** /*arguments*/) {
  sqlite3_result_int64(context, static_cast<sqlite3_int64>(stream_of(context).next()));
}

void randomblob_function(sqlite3_context* context, int /*count*/, sqlite3_value** arguments) {
  const sqlite3_int64 wanted = std::max<sqlite3_int64>(sqlite3_value_int64(arguments[0]), 1);
  if (wanted > static_cast<sqlite3_int64>(D1Limits::value_bytes_max)) {
    sqlite3_result_error_toobig(context);
    return;
  }
  std::string bytes;
  RandomStream& stream = stream_of(context);
  while (bytes.size() < static_cast<std::size_t>(wanted)) {
    bytes.push_back(static_cast<char>(stream.next()));
  }
  sqlite3_result_blob64(context, bytes.data(), bytes.size(), SQLITE_TRANSIENT);
}

}  // namespace

void apply_d1_limits(sqlite3* database) {
  sqlite3_limit(database, SQLITE_LIMIT_LENGTH, static_cast<int>(D1Limits::value_bytes_max));
  sqlite3_limit(database, SQLITE_LIMIT_SQL_LENGTH, static_cast<int>(D1Limits::sql_bytes_max));
  sqlite3_limit(database, SQLITE_LIMIT_COLUMN, static_cast<int>(D1Limits::columns_max));
  sqlite3_limit(database, SQLITE_LIMIT_EXPR_DEPTH, 100);
  sqlite3_limit(database, SQLITE_LIMIT_COMPOUND_SELECT, 5);
  sqlite3_limit(database, SQLITE_LIMIT_VDBE_OP, 25'000);
  sqlite3_limit(database, SQLITE_LIMIT_FUNCTION_ARG, 32);
  sqlite3_limit(database, SQLITE_LIMIT_ATTACHED, 0);
  sqlite3_limit(database, SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 50);
  sqlite3_limit(database, SQLITE_LIMIT_VARIABLE_NUMBER, static_cast<int>(D1Limits::parameters_max));
  sqlite3_limit(database, SQLITE_LIMIT_TRIGGER_DEPTH, 10);
  sqlite3_limit(database, SQLITE_LIMIT_WORKER_THREADS, 0);
  sqlite3_db_config(database, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
}

void remove_what_d1_lacks(sqlite3* database) {
  const char* kept[] = {"fts5",      "fts5vocab", "rtree", "rtree_i32",
                        "json_each", "json_tree", nullptr};
  int code = sqlite3_drop_modules(database, kept);
  CUTOVER_CHECK(code == SQLITE_OK, sqlite3_errmsg(database));
  for (const char* function : functions_d1_lacks) {
    for (const int arguments : {1, 2}) {
      code = sqlite3_create_function_v2(database, function, arguments, SQLITE_UTF8, nullptr,
                                        nullptr, nullptr, nullptr, nullptr);
      CUTOVER_CHECK(code == SQLITE_OK, sqlite3_errmsg(database));
    }
  }
}

void seed_random_functions(sqlite3* database, RandomStream& stream) {
  int code = sqlite3_create_function_v2(database, "random", 0, SQLITE_UTF8, &stream,
                                        random_function, nullptr, nullptr, nullptr);
  CUTOVER_CHECK(code == SQLITE_OK, sqlite3_errmsg(database));
  code = sqlite3_create_function_v2(database, "randomblob", 1, SQLITE_UTF8, &stream,
                                    randomblob_function, nullptr, nullptr, nullptr);
  CUTOVER_CHECK(code == SQLITE_OK, sqlite3_errmsg(database));
}

}  // namespace cutover::fakes
