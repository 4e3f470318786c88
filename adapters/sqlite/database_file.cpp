#include "adapters/sqlite/database_file.h"

#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <climits>
#include <utility>

namespace cutover::sqlite {
namespace {

std::string_view advice_for(int code, bool read_only) {
  switch (code) {
    case SQLITE_CANTOPEN:
      return read_only
                 ? " Check the path: the file must exist, and be readable, and SQLite must be "
                   "able to write a -shm file beside it. Else copy it to another directory."
                 : " Check that the directory exists and that you may write to it.";
    case SQLITE_NOTADB:
    case SQLITE_CORRUPT:
      return " Give the path of an SQLite database, or restore this file from a backup.";
    case SQLITE_BUSY:
    case SQLITE_LOCKED: return " Close the other program that uses it, then try again.";
    case SQLITE_READONLY:
    case SQLITE_PERM: return " Make the file and its directory writable, or copy it elsewhere.";
    case SQLITE_FULL: return " Free some disk space, then try again.";
    default: return " Check the path and the disk, then try again.";
  }
}

// SQLite has no code of their own for these limits; the texts are its own, and stable.
bool tells_of_a_limit(std::string_view message) {
  static constexpr std::array<std::string_view, 8> texts = {
      "too many SQL variables",           "variable number must be between", "too many columns",
      "too many terms in compound",       "Expression tree is too large",    "tables in a join",
      "LIKE or GLOB pattern too complex", "too many arguments on function"};
  return std::any_of(texts.begin(), texts.end(), [&](std::string_view text) {
    return message.find(text) != std::string_view::npos;
  });
}

FailureKind kind_of(const SqlError& error) {
  switch (error.code) {
    case SQLITE_CONSTRAINT: return FailureKind::constraint;
    case SQLITE_TOOBIG: return FailureKind::limit_exceeded;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_PROTOCOL:
    case SQLITE_SCHEMA: return FailureKind::overloaded;
    case SQLITE_FULL:
    case SQLITE_IOERR:
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN:
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_NOMEM:
    case SQLITE_PERM: return FailureKind::unavailable;
    default:
      return tells_of_a_limit(error.message) ? FailureKind::limit_exceeded : FailureKind::malformed;
  }
}

}  // namespace

tl::expected<std::unique_ptr<Connection>, std::string> open_file(const std::string& path,
                                                                 const FileOptions& options,
                                                                 bool numbers_as_real) {
  Connection::Options wanted;
  wanted.path = path;
  wanted.numbers_as_real = numbers_as_real;
  wanted.read_only = options.read_only;
  const auto timeout = std::chrono::duration_cast<std::chrono::milliseconds>(options.busy_timeout);
  wanted.busy_timeout_ms = static_cast<int>(std::clamp<std::int64_t>(timeout.count(), 0, INT_MAX));

  auto opened = Connection::open(wanted);
  if (!opened) return tl::unexpected(describe_open_error(path, options, opened.error()));
  if (options.read_only) return std::move(*opened);
  for (const std::string_view sql : {"PRAGMA journal_mode=WAL", "PRAGMA synchronous=NORMAL"}) {
    if (auto set = (*opened)->run(Statement{sql, {}}); !set) {
      return tl::unexpected(describe_open_error(path, options, set.error()));
    }
  }
  return std::move(*opened);
}

std::string describe_open_error(const std::string& path, const FileOptions& options,
                                const SqlError& error) {
  std::string text = "cannot open database \"" + path + "\": " + error.message + ".";
  text.append(advice_for(error.code, options.read_only));
  return text;
}

Failure to_failure(Service service, std::string_view operation, const SqlError& error) {
  Failure failure;
  failure.service = service;
  failure.operation = operation;
  failure.kind = kind_of(error);
  const bool input_output = error.code == SQLITE_IOERR;
  failure.retryable = failure.kind == FailureKind::overloaded || input_output;
  failure.effect = input_output ? Effect::unknown : Effect::not_applied;

  // In the shape of D1's own texts.
  failure.message = error.message;
  if (error.offset >= 0) failure.message += " at offset " + std::to_string(error.offset);
  if (error.code != SQLITE_MISUSE) failure.message.append(": ").append(name_of_code(error.code));
  if (error.extended_code != error.code) {
    failure.message.append(" (extended: ").append(name_of_code(error.extended_code)).append(")");
  }
  return failure;
}

}  // namespace cutover::sqlite
