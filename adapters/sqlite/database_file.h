// Opening an SQLite file for one of the adapters, and saying what failed in words for people.
//
// Every file is in WAL mode with synchronous=NORMAL: a crash of the program loses nothing, a power
// cut may lose the last transactions but never damages the file. Readers do not block the one
// writer. A read-only opening writes no byte of the database (`validate` depends on it), but SQLite
// needs a "-shm" file beside it, so the directory must be writable or the file not in WAL mode.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

#include <tl/expected.hpp>

#include "adapters/sqlite/connection.h"
#include "core/ports/outcome.h"

namespace cutover::sqlite {

struct FileOptions {
  bool read_only = false;                           // the file must exist already
  Duration busy_timeout = std::chrono::seconds(5);  // for another process's lock
};

// Opens, or creates unless `read_only`. The error names the file and says what to do.
[[nodiscard]] tl::expected<std::unique_ptr<Connection>, std::string> open_file(
    const std::string& path, const FileOptions& options, bool numbers_as_real);

// "cannot open database "x.sqlite": file is not a database. Give the path of ..."
[[nodiscard]] std::string describe_open_error(const std::string& path, const FileOptions& options,
                                              const SqlError& error);

// What an SqlError means at a port.
//   constraint      SQLITE_CONSTRAINT
//   limit_exceeded  SQLITE_TOOBIG and the limits that SQLite reports as SQLITE_ERROR
//   overloaded      SQLITE_BUSY, LOCKED, PROTOCOL, SCHEMA: another process is in the way; retryable
//   unavailable     FULL, IOERR, READONLY, CANTOPEN, CORRUPT, NOTADB, NOMEM, PERM: someone has to
//                   repair something. Only IOERR is retryable (a network disk may come back), and
//                   only its effect is unknown: it may have struck after the commit was written.
//   malformed       everything else: bad SQL, wrong parameters, what an authorizer refuses
// `operation` is static text.
[[nodiscard]] Failure to_failure(Service service, std::string_view operation,
                                 const SqlError& error);

}  // namespace cutover::sqlite
