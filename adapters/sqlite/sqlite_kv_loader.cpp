#include "adapters/sqlite/sqlite_kv_loader.h"

#include <string_view>
#include <utility>

#include "adapters/sqlite/kv_file.h"
#include "adapters/sqlite/kv_rules.h"
#include "core/ports/check.h"

namespace cutover::sqlite {
namespace {

// Large enough that commits cost nothing, small enough that the write-ahead log stays small.
constexpr std::size_t transaction_records_max = 50'000;
constexpr std::size_t transaction_bytes_max = 64 * 1024 * 1024;

// Nearly every key is new, so this is nearly always the only statement.
constexpr std::string_view insert_new =
    "INSERT INTO Entries (key, value, expiration, metadata) VALUES (?1, ?2, ?3, ?4) "
    "ON CONFLICT (key) DO NOTHING";
constexpr std::string_view update_old =
    "UPDATE Entries SET value = ?2, expiration = ?3, metadata = ?4 WHERE key = ?1";

std::optional<Failure> check_record(const KvRecord& record) {
  if (auto refused = check_key("put", record.key)) return refused;
  if (auto refused = check_value(record.value)) return refused;
  return check_metadata(record.metadata);
}

}  // namespace

tl::expected<std::unique_ptr<SqliteKvLoader>, std::string> SqliteKvLoader::open(
    const std::string& path, const FileOptions& options) {
  CUTOVER_CHECK(!options.read_only, "an import writes");
  auto connection = open_kv_file_for_import(path, options);
  if (!connection) return tl::unexpected(std::move(connection.error()));
  for (const std::string_view sql : {"PRAGMA synchronous=OFF", "PRAGMA cache_size=-65536"}) {
    if (auto set = (*connection)->run(Statement{sql, {}}); !set) {
      return tl::unexpected(describe_open_error(path, options, set.error()));
    }
  }
  return std::unique_ptr<SqliteKvLoader>(new SqliteKvLoader(std::move(*connection), path));
}

SqliteKvLoader::SqliteKvLoader(std::unique_ptr<Connection> connection, std::string path)
    : connection_(std::move(connection)), path_(std::move(path)) {}

SqliteKvLoader::~SqliteKvLoader() = default;  // closing the connection rolls back

tl::expected<bool, std::string> SqliteKvLoader::add(const KvRecord& record) {
  CUTOVER_CHECK(!finished_, "nothing may be added after finish()");
  const auto failed = [&](const std::string& reason) {
    constexpr std::size_t shown_max = 64;  // a key may be as long as the dump's line
    return tl::unexpected("cannot import key \"" + record.key.substr(0, shown_max) +
                          (record.key.size() > shown_max ? "...\"" : "\"") + " into \"" + path_ +
                          "\": " + reason);
  };
  if (const auto refused = check_record(record)) return failed(refused->message);
  if (broken_) return failed("the import failed before. Delete the file and import again.");
  if (auto begun = begin_when_due(); !begun) {
    broken_ = true;
    return failed(begun.error().message);
  }

  SqlValue expiration;
  if (record.expiration) expiration = *record.expiration;
  Statement statement{
      insert_new,
      {Blob{record.key}, Blob{record.value}, std::move(expiration), text_or_null(record.metadata)}};
  auto stored = connection_->run(statement);
  const bool replaces = stored && stored->meta.changes == 0;
  if (replaces) {
    statement.sql = update_old;
    stored = connection_->run(statement);
  }
  if (!stored) {
    broken_ = true;  // SQLite may have dropped the whole transaction
    return failed(stored.error().message);
  }
  ++records_in_transaction_;
  bytes_in_transaction_ += record.key.size() + record.value.size();
  return replaces;
}

tl::expected<void, std::string> SqliteKvLoader::finish() {
  CUTOVER_CHECK(!finished_, "an import is finished once");
  const auto failed = [&](const SqlError& error) {
    broken_ = true;
    return tl::unexpected("cannot finish the import into \"" + path_ + "\": " + error.message +
                          ". Delete the file and import the dump again.");
  };
  if (broken_) {
    SqlError earlier;
    earlier.message = "a record could not be written";
    return failed(earlier);
  }
  if (auto ended = end_transaction(); !ended) return failed(ended.error());
  if (auto marked = mark_kv_file_complete(*connection_); !marked) return failed(marked.error());
  finished_ = true;
  return {};
}

tl::expected<void, SqlError> SqliteKvLoader::begin_when_due() {
  if (records_in_transaction_ >= transaction_records_max ||
      bytes_in_transaction_ >= transaction_bytes_max) {
    if (auto ended = end_transaction(); !ended) return ended;
  }
  if (in_transaction_) return {};
  auto begun = connection_->run(Statement{"BEGIN IMMEDIATE", {}});
  if (!begun) return tl::unexpected(std::move(begun.error()));
  in_transaction_ = true;
  return {};
}

tl::expected<void, SqlError> SqliteKvLoader::end_transaction() {
  if (!in_transaction_) return {};
  auto ended = connection_->run(Statement{"COMMIT", {}});
  if (!ended) return tl::unexpected(std::move(ended.error()));
  in_transaction_ = false;
  records_in_transaction_ = 0;
  bytes_in_transaction_ = 0;
  return {};
}

}  // namespace cutover::sqlite
