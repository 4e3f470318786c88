#include "fakes/d1/d1_service.h"

#include <sqlite3.h>

#include <algorithm>
#include <utility>

#include "core/ports/check.h"
#include "fakes/d1/d1_failure.h"
#include "fakes/d1/database_content.h"
#include "fakes/d1/engine_settings.h"
#include "fakes/d1/own_query.h"
#include "fakes/d1/statement_text.h"
#include "fakes/d1/wire_values.h"
#include "fakes/kv/content_digest.h"

namespace cutover::fakes {
namespace {

constexpr std::int64_t day_seconds = 86'400;
constexpr std::size_t answer_bytes_max = 64U << 20;  // half of a Worker's memory

std::unique_ptr<sqlite::Connection> open_in_memory(const std::string& vfs, std::int64_t steps_max) {
  sqlite::Connection::Options options;
  options.path = ":memory:";
  options.vfs = vfs;
  options.numbers_as_real = true;
  options.steps_max = steps_max;
  options.answer_bytes_max = answer_bytes_max;
  auto opened = sqlite::Connection::open(options);
  CUTOVER_CHECK(opened.has_value(),
                "SQLite must open a database in memory: is the VFS registered?");
  return std::move(*opened);
}

std::size_t bytes_of(const Statement& statement) {
  std::size_t bytes = 0;
  for (const SqlValue& value : statement.params) {
    if (const auto* text = std::get_if<std::string>(&value)) bytes += text->size();
    if (const auto* blob = std::get_if<Blob>(&value)) bytes += blob->bytes.size();
  }
  return bytes;
}

sqlite::SqlError last_error(sqlite3* database) {
  sqlite::SqlError error;
  error.extended_code = sqlite3_extended_errcode(database);
  error.code = error.extended_code & 0xff;
  error.message = sqlite3_errmsg(database);
  return error;
}

// Statements that make room rather than need it.
bool frees(std::string_view sql) {
  const std::string name = short_name(sql);
  return name.starts_with("DELETE") || name.starts_with("DROP");
}

void limit_size(sqlite3* database, std::int64_t bytes) {
  const std::int64_t page = std::stoll(own_query(database, "PRAGMA page_size")[0][0]);
  own_statement(database, ("PRAGMA max_page_count = " + std::to_string(bytes / page)).c_str());
}

}  // namespace

D1Service::D1Service(sim::Scheduler& scheduler, Options options)
    : scheduler_(scheduler),
      options_(std::move(options)),
      queue_(scheduler, options_.queue_depth_max, options_.queue_wait_max),
      random_(options_.seed, "d1.random"),
      connection_(open_in_memory(options_.vfs, options_.steps_max)),
      database_(connection_->handle()),
      authorizer_(database_),
      costs_(database_),
      time_travel_(options_.time_travel) {
  apply_d1_limits(database_);
  const Authorizer::ServiceScope scope(authorizer_);
  limit_size(database_, options_.bytes_max);
  remove_what_d1_lacks(database_);
  seed_random_functions(database_, random_);
}

D1Service::~D1Service() = default;

Outcome<ResultSet> D1Service::query(const Statement& statement) {
  ++counts_.queries;
  auto results = transaction("query", std::span(&statement, 1));
  if (!results) return std::move(results.error());
  return std::move(results->front());
}

Outcome<std::vector<ResultSet>> D1Service::batch(std::span<const Statement> statements) {
  ++counts_.batches;
  if (statements.empty()) return no_statements("batch");
  return transaction("batch", statements);
}

Outcome<std::vector<ResultSet>> D1Service::import(std::span<const Statement> statements) {
  if (!running_job_.empty()) return blocked_by("import", running_job_);
  if (statements.empty()) return no_statements("import");
  return apply("import", statements);
}

Duration D1Service::time_of(std::span<const Statement> statements) const {
  Duration time{0};
  for (const Statement& statement : statements) {
    time += reads_only(statement.sql) ? options_.read_time : options_.write_time;
    time += options_.kibibyte_time * static_cast<std::int64_t>(bytes_of(statement)) / 1024;
  }
  return time;
}

std::string D1Service::bookmark() {
  return time_travel_.keep(image(), scheduler_.wall());
}

Outcome<std::string> D1Service::restore_to(std::string_view bookmark) {
  const UnixTime now = scheduler_.wall();
  const std::string* kept = time_travel_.find(bookmark, now);
  if (kept == nullptr) return unknown_bookmark(bookmark);
  if (!time_travel_.take_restore(now)) {
    return restored_too_often(options_.time_travel.restores_within);
  }
  const std::string state = *kept;  // the bookmark of the present may push it out
  std::string undo = this->bookmark();
  restore(state);
  return undo;
}

sqlite::Connection& D1Service::connection() {
  connection_->begin_call(/*bounded=*/false);
  return *connection_;
}

std::map<std::string, std::string> D1Service::table_digests(std::span<const std::string> except) {
  const Authorizer::ServiceScope scope(authorizer_);
  return fakes::table_digests(database_, except);
}

std::string D1Service::digest(std::span<const std::string> except) {
  ContentDigest digest;
  for (const auto& [table, rows] : table_digests(except)) {
    digest.add(table);
    digest.add(rows);
  }
  return digest.text();
}

std::string D1Service::image() {
  const Authorizer::ServiceScope scope(authorizer_);
  return database_image(database_);
}

std::int64_t D1Service::size_bytes() {
  const Authorizer::ServiceScope scope(authorizer_);
  const auto number = [this](const char* sql) {
    return std::stoll(own_query(database_, sql)[0][0]);
  };
  return number("PRAGMA page_count") * number("PRAGMA page_size");
}

std::string D1Service::dump(const DumpOptions& options) {
  const Authorizer::ServiceScope scope(authorizer_);
  return sql_dump(database_, options);
}

void D1Service::restore(std::string_view image) {
  const Authorizer::ServiceScope scope(authorizer_);
  restore_image(database_, image);
  costs_.forget_tables();
}

// All of the statements or none, and what they answered.
Outcome<std::vector<ResultSet>> D1Service::transaction(std::string_view operation,
                                                       std::span<const Statement> statements) {
  counts_.statements += static_cast<std::int64_t>(statements.size());
  if (auto failure = refuse(operation, statements)) return std::move(*failure);
  return apply(operation, statements);
}

Outcome<std::vector<ResultSet>> D1Service::apply(std::string_view operation,
                                                 std::span<const Statement> statements) {
  std::vector<ResultSet> results;
  results.reserve(statements.size());
  connection_->begin_call();
  begin();
  for (const Statement& statement : statements) {
    auto result = run_one(operation, statement);
    if (!result) {
      roll_back();
      return std::move(result.error());
    }
    results.push_back(std::move(*result));
  }

  const Authorizer::ServiceScope scope(authorizer_);
  if (commit_.run(database_) != SQLITE_DONE) {
    Failure failure = commit_failed(operation, last_error(database_));
    roll_back();
    forget_connection();
    return failure;
  }
  for (const ResultSet& result : results) count_rows(result.meta);
  return results;
}

// What it refuses before a statement is looked at.
std::optional<Failure> D1Service::refuse(std::string_view operation,
                                         std::span<const Statement> statements) {
  if (!running_job_.empty()) return blocked_by(operation, running_job_);
  if (time_of(statements) > options_.query_time_max) return took_too_long(operation);
  if (!options_.daily_limits) return std::nullopt;
  const UnixTime now = scheduler_.wall();
  if (const std::int64_t today = now.seconds() / day_seconds; today != day_) {
    day_ = today;
    rows_read_today_ = rows_written_today_ = 0;
  }
  const Duration wait = std::chrono::seconds(day_seconds - now.seconds() % day_seconds);
  if (rows_read_today_ >= options_.daily_limits->rows_read) {
    return rows_used_up(operation, "read", wait);
  }
  const bool writes = std::any_of(statements.begin(), statements.end(),
                                  [](const Statement& one) { return !reads_only(one.sql); });
  if (writes && rows_written_today_ >= options_.daily_limits->rows_written) {
    return rows_used_up(operation, "write", wait);
  }
  return std::nullopt;
}

void D1Service::count_rows(const ResultMeta& meta) {
  counts_.rows_read += meta.rows_read;
  counts_.rows_written += meta.rows_written;
  rows_read_today_ += meta.rows_read;
  rows_written_today_ += meta.rows_written;
}

Outcome<ResultSet> D1Service::run_one(std::string_view operation, const Statement& statement) {
  if (statement.sql.size() >= D1Limits::sql_bytes_max) return statement_too_long(operation);
  if (renames_to_reserved(statement.sql)) {
    return statement_failed(operation, {SQLITE_AUTH, SQLITE_AUTH, -1, "not authorized", 0});
  }
  authorizer_.begin_statement();
  const std::int64_t row_id_before = sqlite3_last_insert_rowid(database_);
  const std::string_view sql = without_end(statement.sql);
  const bool as_it_is = sql.size() == statement.sql.size() && !needs_change(statement.params);
  auto result =
      as_it_is ? connection_->run(statement) : connection_->run({sql, as_bound(statement.params)});
  if (!result) {
    if (authorizer_.refused_transaction()) return transaction_refused(operation);
    if (result.error().code == SQLITE_FULL) return database_full(operation);
    return statement_failed(operation, result.error());
  }
  const Authorizer::ServiceScope scope(authorizer_);
  const bool schema_changed = authorizer_.take_schema_changed();
  if (schema_changed) costs_.forget_tables();
  if (full_ && (schema_changed || result->meta.changes > 0) && !frees(statement.sql)) {
    return database_full(operation);
  }
  RowChanges changes;
  changes.all = result->meta.changes;
  changes.direct = sqlite3_changes64(database_);
  changes.moved_row_id = sqlite3_last_insert_rowid(database_) != row_id_before;
  result->meta.rows_written = costs_.rows_written(statement.sql, authorizer_.target(), changes);
  result->meta.duration = time_of(std::span(&statement, 1));
  as_answered(*result);
  return std::move(*result);
}

void D1Service::begin() {
  const Authorizer::ServiceScope scope(authorizer_);
  CUTOVER_CHECK(begin_.run(database_) == SQLITE_DONE, sqlite3_errmsg(database_));
}

void D1Service::roll_back() {
  const Authorizer::ServiceScope scope(authorizer_);
  // Some failures (OR ROLLBACK) have ended the transaction by themselves, and with it the service's
  // connection.
  if (sqlite3_get_autocommit(database_) != 0) return forget_connection();
  own_statement(database_, "ROLLBACK");
}

// The service starts anew with another connection to the same data: what a connection remembers is
// as in the beginning.
void D1Service::forget_connection() {
  sqlite3_set_last_insert_rowid(database_, 0);
  const Authorizer::ServiceScope scope(authorizer_);
  for (const char* setting :
       {"ignore_check_constraints", "case_sensitive_like", "recursive_triggers",
        "legacy_alter_table", "reverse_unordered_selects"}) {
    own_statement(database_, ("PRAGMA " + std::string(setting) + " = OFF").c_str());
  }
}

}  // namespace cutover::fakes
