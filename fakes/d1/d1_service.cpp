#include "fakes/d1/d1_service.h"

#include <sqlite3.h>

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

std::unique_ptr<sqlite::Connection> open_in_memory(const std::string& vfs) {
  sqlite::Connection::Options options;
  options.path = ":memory:";
  options.vfs = vfs;
  options.numbers_as_real = true;
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

}  // namespace

D1Service::D1Service(sim::Scheduler& scheduler, Options options)
    : options_(std::move(options)),
      queue_(scheduler, options_.queue_depth_max, options_.queue_wait_max),
      random_(options_.seed, "d1.random"),
      connection_(open_in_memory(options_.vfs)),
      database_(connection_->handle()),
      authorizer_(database_),
      costs_(database_) {
  apply_d1_limits(database_);
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

Duration D1Service::time_of(std::span<const Statement> statements) const {
  Duration time{0};
  for (const Statement& statement : statements) {
    time += reads_only(statement.sql) ? options_.read_time : options_.write_time;
    time += options_.kibibyte_time * static_cast<std::int64_t>(bytes_of(statement)) / 1024;
  }
  return time;
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

void D1Service::restore(std::string_view image) {
  const Authorizer::ServiceScope scope(authorizer_);
  restore_image(database_, image);
  costs_.forget_tables();
}

// All of the statements or none, and what they answered.
Outcome<std::vector<ResultSet>> D1Service::transaction(std::string_view operation,
                                                       std::span<const Statement> statements) {
  counts_.statements += static_cast<std::int64_t>(statements.size());
  std::vector<ResultSet> results;
  results.reserve(statements.size());
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
  if (sqlite3_exec(database_, "COMMIT", nullptr, nullptr, nullptr) != SQLITE_OK) {
    Failure failure = commit_failed(operation, last_error(database_));
    roll_back();
    return failure;
  }
  for (const ResultSet& result : results) {
    counts_.rows_read += result.meta.rows_read;
    counts_.rows_written += result.meta.rows_written;
  }
  return results;
}

Outcome<ResultSet> D1Service::run_one(std::string_view operation, const Statement& statement) {
  if (statement.sql.size() >= D1Limits::sql_bytes_max) return statement_too_long(operation);
  authorizer_.begin_statement();
  const std::int64_t row_id_before = sqlite3_last_insert_rowid(database_);
  auto result = needs_change(statement.params)
                    ? connection_->run({statement.sql, as_bound(statement.params)})
                    : connection_->run(statement);
  if (!result) {
    if (authorizer_.refused_transaction()) return transaction_refused(operation);
    return statement_failed(operation, result.error());
  }
  const Authorizer::ServiceScope scope(authorizer_);
  if (authorizer_.take_schema_changed()) costs_.forget_tables();
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
  own_statement(database_, "BEGIN");
}

void D1Service::roll_back() {
  // Some failures (OR ROLLBACK) have ended the transaction by themselves.
  if (sqlite3_get_autocommit(database_) != 0) return;
  const Authorizer::ServiceScope scope(authorizer_);
  own_statement(database_, "ROLLBACK");
}

}  // namespace cutover::fakes
