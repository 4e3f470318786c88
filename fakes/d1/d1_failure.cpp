#include "fakes/d1/d1_failure.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "fakes/d1/engine_settings.h"

namespace cutover::fakes {
namespace {

Failure failed(std::string_view operation, FailureKind kind, std::string_view text) {
  Failure failure;
  failure.service = Service::d1;
  failure.operation = operation;
  failure.kind = kind;
  failure.effect = Effect::not_applied;
  failure.message = fmt::format("D1_ERROR: {}", text);
  return failure;
}

// SQLite reports these limits as plain errors; only the words tell.
constexpr std::array<std::string_view, 8> limit_texts = {"too many SQL variables",
                                                         "variable number must be",
                                                         "too many columns",
                                                         "too many arguments on function",
                                                         "Expression tree is too large",
                                                         "too many terms in compound SELECT",
                                                         "LIKE or GLOB pattern too complex",
                                                         "at most 64 tables in a join"};

FailureKind kind_of(const sqlite::SqlError& error) {
  switch (error.code) {
    case SQLITE_CONSTRAINT:
    case SQLITE_MISMATCH: return FailureKind::constraint;
    case SQLITE_TOOBIG:
    // Memory does not run out here: it is how SQLite words a program of too many operations.
    case SQLITE_NOMEM: return FailureKind::limit_exceeded;
    case SQLITE_FULL:
    case SQLITE_IOERR:
    case SQLITE_CORRUPT: return FailureKind::unavailable;
    default: break;
  }
  const bool limit =
      std::any_of(limit_texts.begin(), limit_texts.end(),
                  [&](std::string_view text) { return error.message.starts_with(text); });
  return limit ? FailureKind::limit_exceeded : FailureKind::malformed;
}

// SQLite still knows the name of a function that was taken away, and then counts its arguments.
std::string words_of(const sqlite::SqlError& error) {
  for (const char* function : functions_d1_lacks) {
    if (error.message == fmt::format("wrong number of arguments to function {}()", function)) {
      return fmt::format("no such function: {}", function);
    }
  }
  return error.message;
}

// "UNIQUE constraint failed: Books.isbn: SQLITE_CONSTRAINT (extended: SQLITE_CONSTRAINT_UNIQUE)"
std::string text_of(const sqlite::SqlError& error) {
  // What the connection refuses by itself has D1's words already.
  if (error.code == SQLITE_MISUSE) return error.message;
  std::string text = words_of(error);
  if (error.offset >= 0) text.append(fmt::format(" at offset {}", error.offset));
  text.append(": ").append(sqlite::name_of_code(error.code));
  if (error.extended_code != error.code) {
    text.append(fmt::format(" (extended: {})", sqlite::name_of_code(error.extended_code)));
  }
  return text;
}

// D1 ends the call and undoes it, and will do so again.
Failure ended(std::string_view operation, const char* words) {
  return failed(operation, FailureKind::limit_exceeded, words);
}

}  // namespace

Failure statement_failed(std::string_view operation, const sqlite::SqlError& error) {
  // A forbidden statement that SQLite prepared once more, because the schema had changed.
  if (error.code == SQLITE_SCHEMA && error.message == "not authorized") {
    sqlite::SqlError forbidden = error;
    forbidden.code = forbidden.extended_code = SQLITE_AUTH;
    return statement_failed(operation, forbidden);
  }
  if (error.code == SQLITE_INTERRUPT)
    return ended(operation, "D1 DB exceeded its CPU time limit and was reset.");
  if (error.code == SQLITE_TOOBIG && error.message == "the answer is too large") {
    return ended(operation, "D1 DB's isolate exceeded its memory limit and was reset.");
  }
  return failed(operation, kind_of(error), text_of(error));
}

Failure commit_failed(std::string_view operation, const sqlite::SqlError& error) {
  return failed(operation, kind_of(error),
                "Durable Object was reset and rolled back to its last known good state because the "
                "application left the database in a state where constraints were violated: " +
                    text_of(error));
}

Failure transaction_refused(std::string_view operation) {
  return failed(operation, FailureKind::malformed,
                "To execute a transaction, please use the state.storage.transaction() or "
                "state.storage.transactionSync() APIs instead of the SQL BEGIN TRANSACTION or "
                "SAVEPOINT statements. The JavaScript API is safer because it will automatically "
                "roll back on exceptions, and because it interacts correctly with Durable Objects' "
                "automatic atomic write coalescing.");
}

Failure no_statements(std::string_view operation) {
  return failed(operation, FailureKind::malformed, "No SQL statements detected.");
}

Failure statement_too_long(std::string_view operation) {
  return failed(operation, FailureKind::limit_exceeded, "statement too long: SQLITE_TOOBIG");
}

// The database's trouble, not the statement's: a row must not be rejected for it.
Failure database_full(std::string_view operation) {
  return failed(operation, FailureKind::unavailable, "Exceeded maximum DB size");
}

Failure blocked_by(std::string_view operation, std::string_view job) {
  Failure failure = failed(operation, FailureKind::unavailable,
                           fmt::format("Currently processing a long-running {}.", job));
  failure.retryable = true;
  return failure;
}

Failure took_too_long(std::string_view operation) {
  Failure failure =
      failed(operation, FailureKind::timeout,
             "D1 DB storage operation exceeded timeout which caused object to be reset.");
  failure.retryable = true;
  failure.effect = Effect::unknown;
  return failure;
}

Failure rows_used_up(std::string_view operation, std::string_view rows, Duration wait) {
  Failure failure = failed(operation, FailureKind::throttled,
                           fmt::format("exceeded free tier daily row {} limit", rows));
  failure.retry_after = wait;
  return failure;
}

Failure unknown_bookmark(std::string_view bookmark) {
  return failed("restore", FailureKind::malformed,
                fmt::format("There is no state to restore at the bookmark '{}'.", bookmark));
}

Failure restored_too_often(Duration within) {
  Failure failure =
      failed("restore", FailureKind::throttled, "Too many Time Travel restores of this database.");
  failure.retryable = true;
  failure.retry_after = within;
  return failure;
}

}  // namespace cutover::fakes
