// SqliteDatabase: a D1 database as an SQLite file on this machine.
//
// It refuses what D1 refuses: statements beyond D1's limits, BEGIN and SAVEPOINT (a batch is the
// only transaction), ATTACH, and PRAGMAs outside of D1's list (reference facts B,
// miniflare-observed section 4). Numbers are bound as REAL, as D1 binds them. `PRAGMA
// foreign_keys=...` is accepted and does nothing, as in D1: foreign keys stay on.
//
// Safe to use from any thread: calls run one after the other. Other processes may use the file too.
// Failures: adapters/sqlite/database_file.h, to_failure(). A lock held by another process for
// longer than the timeout is `overloaded`.
#pragma once

#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <vector>

#include <tl/expected.hpp>

#include "adapters/sqlite/connection.h"
#include "adapters/sqlite/database_file.h"
#include "core/ports/database.h"

namespace cutover::sqlite {

class SqliteDatabase final : public Database {
 public:
  // Opens or creates. The error names the file and says what to do.
  static tl::expected<std::unique_ptr<SqliteDatabase>, std::string> open(const std::string& path);

  // With `read_only`, the file must exist and every write fails with `unavailable`.
  static tl::expected<std::unique_ptr<SqliteDatabase>, std::string> open(
      const std::string& path, const FileOptions& options);

  // meta.duration is measured; meta.rows_* are approximate (adapters/sqlite/connection.h).
  Outcome<ResultSet> query(const Statement& statement) override;

  // As query(); the duration of the whole batch is in the last result.
  Outcome<std::vector<ResultSet>> batch(std::span<const Statement> statements) override;

 private:
  explicit SqliteDatabase(std::unique_ptr<Connection> connection);

  std::mutex mutex_;  // guards connection_
  std::unique_ptr<Connection> connection_;
};

}  // namespace cutover::sqlite
