#include "adapters/sqlite/kv_file.h"

#include <sqlite3.h>

#include <cstdint>
#include <initializer_list>
#include <string_view>
#include <utility>
#include <vector>

namespace cutover::sqlite {
namespace {

// PRAGMA user_version.
enum FileState : std::int64_t { not_made = 0, complete = 1, importing = 2 };

constexpr std::string_view set_complete = "PRAGMA user_version=1";
constexpr std::string_view set_importing = "PRAGMA user_version=2";

tl::expected<std::int64_t, SqlError> read_number(Connection& connection, std::string_view sql) {
  auto result = connection.run(Statement{sql, {}});
  if (!result) return tl::unexpected(std::move(result.error()));
  return as_int(result->rows.at(0).at(0));
}

tl::expected<void, SqlError> run_each(Connection& connection,
                                      std::initializer_list<std::string_view> texts) {
  for (const std::string_view sql : texts) {
    if (auto done = connection.run(Statement{sql, {}}); !done) {
      return tl::unexpected(std::move(done.error()));
    }
  }
  return {};
}

// Marks the file as unfinished, and waits until the disk has that, and all that came before it. The
// mark is written in any case, so that the checkpoint has something to wait for.
tl::expected<void, SqlError> mark_importing(Connection& connection) {
  auto marked = run_each(connection, {"PRAGMA synchronous=FULL", set_importing});
  if (!marked) return marked;
  const auto in_use = read_number(connection, "PRAGMA wal_checkpoint(TRUNCATE)");
  if (!in_use) return tl::unexpected(in_use.error());
  if (*in_use == 0) return {};
  SqlError busy;
  busy.code = busy.extended_code = SQLITE_BUSY;
  busy.message = "another program is reading the file";
  return tl::unexpected(std::move(busy));
}

tl::expected<void, SqlError> make(Connection& connection) {
  const std::vector<Statement> statements = {
      {"CREATE TABLE Entries (key BLOB PRIMARY KEY NOT NULL, expiration INTEGER, metadata TEXT, "
       "value BLOB NOT NULL) WITHOUT ROWID",
       {}},
      {set_complete, {}}};
  auto made = connection.run_all(statements);
  if (!made) return tl::unexpected(std::move(made.error()));
  return {};
}

tl::expected<std::unique_ptr<Connection>, std::string> open(const std::string& path,
                                                            const FileOptions& options,
                                                            bool for_import) {
  auto connection = open_file(path, options, /*numbers_as_real=*/false);
  if (!connection) return connection;
  const auto broken = [&](const SqlError& error) {
    return tl::unexpected(describe_open_error(path, options, error));
  };
  const auto refused = [&](std::string_view reason) {
    return tl::unexpected("cannot use \"" + path + "\" as a KV namespace: " + std::string(reason));
  };
  auto state = read_number(**connection, "PRAGMA user_version");
  if (!state) return broken(state.error());
  if (*state == not_made) {
    const auto objects = read_number(**connection, "SELECT count(*) FROM sqlite_master");
    if (!objects) return broken(objects.error());
    if (*objects > 0) return refused("it is another kind of database. Give another path.");
    if (options.read_only) return refused("it is empty. Import a dump into it first.");
    if (auto made = make(**connection); !made) return broken(made.error());
    state = complete;
  }
  if (*state != complete && *state != importing) {
    return refused("its version " + std::to_string(*state) +
                   " is unknown. Give another path, or use the program that made it.");
  }
  const auto tables = read_number(
      **connection, "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = 'Entries'");
  if (!tables) return broken(tables.error());
  if (*tables != 1) return refused("it has no table Entries. Give another path.");

  if (for_import) {
    if (auto marked = mark_importing(**connection); !marked) return broken(marked.error());
  } else if (*state == importing) {
    return refused("its import was not finished. Delete the file and import the dump again.");
  }
  return connection;
}

}  // namespace

tl::expected<std::unique_ptr<Connection>, std::string> open_kv_file(const std::string& path,
                                                                    const FileOptions& options) {
  return open(path, options, /*for_import=*/false);
}

tl::expected<std::unique_ptr<Connection>, std::string> open_kv_file_for_import(
    const std::string& path, const FileOptions& options) {
  return open(path, options, /*for_import=*/true);
}

tl::expected<void, SqlError> mark_kv_file_complete(Connection& connection) {
  if (auto written = mark_importing(connection); !written) return written;
  return run_each(connection, {set_complete});
}

}  // namespace cutover::sqlite
