// Connection: one SQLite database, opened for statements of the Database port.
//
// Owns the sqlite3 handle and a cache of prepared statements keyed by their text, so that a
// statement that comes again is not parsed again (R3.12). One thread at a time: callers serialise.
// Never switches, reads no clock, and refuses no SQL: what a service allows is set by its adapter
// or fake (sqlite3_limit and an authorizer on handle()). The D1 adapter and the D1 fake both stand
// on it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "core/ports/database.h"

struct sqlite3;

namespace cutover::sqlite {

// What SQLite said; the caller decides what it means at its port. SQLITE_MISUSE is what the
// connection itself refuses, with D1's words: no statement, a wrong number of parameters,
// parameters before the last statement, a text with a NUL byte.
struct SqlError {
  int code = 0;               // primary result code, SQLITE_CONSTRAINT
  int extended_code = 0;      // SQLITE_CONSTRAINT_UNIQUE
  int offset = -1;            // byte offset into the one statement, or -1
  std::string message;        // "UNIQUE constraint failed: Books.isbn"
  std::size_t statement = 0;  // index in the batch; the batch's size when the commit failed
};

class Connection {
 public:
  struct Options {
    std::string path;                        // a file, or ":memory:"
    std::string vfs;                         // empty: the default one
    bool numbers_as_real = false;            // bind integers as REAL, as D1's bindings do
    std::size_t statements_cached_max = 64;  // at least one is kept
    bool read_only = false;                  // refuses every write, and a file that does not exist
    int busy_timeout_ms = 0;                 // how long to wait for another process's lock
    // Of all statements since begin_call(); zero: no bound. Beyond the steps of SQLite's machine
    // they end with SQLITE_INTERRUPT, beyond the bytes of their rows with SQLITE_TOOBIG.
    std::int64_t steps_max = 0;
    std::size_t answer_bytes_max = 0;
  };

  // Opens or creates; foreign keys are on. A file that is no database is an SqlError.
  static tl::expected<std::unique_ptr<Connection>, SqlError> open(const Options& options);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // Runs every statement in the text (parameters belong to the last one), and answers with the last
  // one's rows. Its own transaction unless one is open.
  //
  // meta.changes counts the changes of all of them, cascades included; meta.last_row_id is the
  // connection's. Stock SQLite does not count rows as D1 bills them, so meta.rows_read is
  // approximated by rows returned plus steps of full scans, and meta.rows_written by changes; both
  // are the last statement's. meta.duration stays zero, because no clock is read here.
  tl::expected<ResultSet, SqlError> run(const Statement& statement);

  // All of them in one transaction, or none. A commit that fails (deferred foreign keys) is rolled
  // back. Fails when a transaction is open, or when there is no statement. The texts must not end
  // the transaction themselves; adapters refuse such texts by an authorizer.
  tl::expected<std::vector<ResultSet>, SqlError> run_all(std::span<const Statement> statements);

  // What the options bound counts from here, or not until the next such call.
  void begin_call(bool bounded = true);

  // For authorizers: true while the connection prepares or runs its own BEGIN, COMMIT or ROLLBACK,
  // which must be allowed.
  [[nodiscard]] bool runs_own_statement() const;

  // Statement texts parsed since the connection was opened; SQLite's own repeats after a change of
  // schema are not counted.
  [[nodiscard]] std::int64_t statements_prepared() const;

  [[nodiscard]] sqlite3* handle() const;

 private:
  struct Impl;
  explicit Connection(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

// "SQLITE_CONSTRAINT_UNIQUE" for an extended code, "SQLITE_CONSTRAINT" for a primary one. An
// extended code without a name here has its primary code's name.
[[nodiscard]] std::string_view name_of_code(int code);

}  // namespace cutover::sqlite
