// The SQLite file of one KV namespace: its one table, and how complete it is.
//
// The key is a BLOB and the table has no rowid, so the file is in the order of the keys' bytes, as
// KV lists them. The value comes last: reading a row's other columns does not touch its pages. The
// file's user_version says whether an import was finished, because half a dump would pass for a
// namespace with fewer keys.
#pragma once

#include <memory>
#include <string>

#include <tl/expected.hpp>

#include "adapters/sqlite/connection.h"
#include "adapters/sqlite/database_file.h"

namespace cutover::sqlite {

// The namespace in this file; made when the file is new, unless `read_only`. Errors name the file:
// it is no namespace, it is of a later version, or its import was not finished.
[[nodiscard]] tl::expected<std::unique_ptr<Connection>, std::string> open_kv_file(
    const std::string& path, const FileOptions& options);

// The same for an import: the file counts as unfinished from now on, also after a power cut. A file
// with an unfinished import is accepted.
[[nodiscard]] tl::expected<std::unique_ptr<Connection>, std::string> open_kv_file_for_import(
    const std::string& path, const FileOptions& options);

// Ends what open_kv_file_for_import() began: everything written is on the disk before the mark that
// says so. SQLITE_BUSY when a reader of another process keeps the log in use.
[[nodiscard]] tl::expected<void, SqlError> mark_kv_file_complete(Connection& connection);

}  // namespace cutover::sqlite
