// SqliteKvLoader: fills a namespace file from a dump, fast.
//
// Records go in by large transactions without waiting for the disk (synchronous=OFF), so a power
// cut may damage the file; until finish() the file counts as unfinished, and SqliteKv refuses it.
// Import again then. Memory is bounded: one record, and SQLite's page cache of 64 MiB.
//
// One thread at a time. It holds the write lock of the file; readers of the same file see whole
// transactions. Keys in byte order, as `list` gives them, load several times faster than others.
#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include <tl/expected.hpp>

#include "adapters/sqlite/connection.h"
#include "adapters/sqlite/database_file.h"
#include "core/ports/kv_store.h"

namespace cutover::sqlite {

class SqliteKvLoader {
 public:
  // Opens or creates. What the file holds already stays, unless its key comes again. The error
  // names the file and says what to do.
  static tl::expected<std::unique_ptr<SqliteKvLoader>, std::string> open(
      const std::string& path, const FileOptions& options);

  SqliteKvLoader(const SqliteKvLoader&) = delete;
  SqliteKvLoader& operator=(const SqliteKvLoader&) = delete;

  // Without finish(): drops the records of the open transaction; the file stays unfinished.
  ~SqliteKvLoader();

  // True when the key was there already: the last one wins, and the caller reports it. An expiry in
  // the past is kept, because the dump says so; such an entry is invisible. Errors name the key. A
  // record that KV could not hold is left out, and others may follow; a failing disk ends the
  // import, and finish() fails too.
  [[nodiscard]] tl::expected<bool, std::string> add(const KvRecord& record);

  // Everything is on the disk afterwards, and the namespace may be used. No add() may follow.
  [[nodiscard]] tl::expected<void, std::string> finish();

 private:
  SqliteKvLoader(std::unique_ptr<Connection> connection, std::string path);

  tl::expected<void, SqlError> begin_when_due();
  tl::expected<void, SqlError> end_transaction();

  std::unique_ptr<Connection> connection_;
  std::string path_;
  bool in_transaction_ = false;
  bool finished_ = false;
  bool broken_ = false;
  std::size_t records_in_transaction_ = 0;
  std::size_t bytes_in_transaction_ = 0;
};

}  // namespace cutover::sqlite
