// SqliteKv: a Workers KV namespace as an SQLite file on this machine.
//
// Always current (staleness_bound() is zero), in the byte order of KV, with its limits and its
// refusals (adapters/sqlite/kv_rules.h). It does not have what only the distributed service has:
// stale reads, and one write a second per key. Expired entries are invisible from their second on;
// they stay in the file until their key is put or removed.
//
// Safe to use from any thread: calls run one after the other. Dumps come in through SqliteKvLoader.
// A failing disk or a lock of another process fails as adapters/sqlite/database_file.h says.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "adapters/sqlite/connection.h"
#include "adapters/sqlite/database_file.h"
#include "core/ports/kv_store.h"
#include "core/ports/runtime.h"

namespace cutover::sqlite {

class SqliteKv final : public KvStore {
 public:
  // Opens or creates. `runtime` tells the time for expiry, and must outlive the store. The error
  // names the file and says what to do.
  static tl::expected<std::unique_ptr<SqliteKv>, std::string> open(const std::string& path,
                                                                   Runtime& runtime);

  // With `read_only`, the file must exist and every write fails with `unavailable`.
  static tl::expected<std::unique_ptr<SqliteKv>, std::string> open(const std::string& path,
                                                                   Runtime& runtime,
                                                                   const FileOptions& options);

  Outcome<std::optional<KvValue>> get(std::string_view key) override;
  Outcome<std::vector<std::optional<std::string>>> get_many(
      std::span<const std::string> keys) override;
  Outcome<void> put(std::string_view key, std::string_view value,
                    const KvPutOptions& options) override;
  Outcome<void> remove(std::string_view key) override;

  // A page starts where the cursor says, so all pages together read the file once.
  Outcome<KvPage> list(const KvListQuery& query) override;

  [[nodiscard]] Duration staleness_bound() const override { return Duration{0}; }

 private:
  SqliteKv(std::unique_ptr<Connection> connection, Runtime& runtime);

  Outcome<std::vector<SqlRow>> run(std::string_view operation, const Statement& statement);

  Runtime& runtime_;
  std::mutex mutex_;  // guards connection_
  std::unique_ptr<Connection> connection_;
};

}  // namespace cutover::sqlite
