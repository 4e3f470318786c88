#include "adapters/sqlite/sqlite_kv.h"

#include <algorithm>
#include <utility>

#include "adapters/sqlite/kv_file.h"
#include "adapters/sqlite/kv_rules.h"
#include "adapters/sqlite/utf8.h"

namespace cutover::sqlite {
namespace {

// Expired exactly from the second on that `expiration` names. ?2 is now, in seconds.
constexpr std::string_view select_value =
    "SELECT value, metadata FROM Entries "
    "WHERE key = ?1 AND (expiration IS NULL OR expiration > ?2)";
constexpr std::string_view upsert =
    "INSERT INTO Entries (key, value, expiration, metadata) VALUES (?1, ?2, ?3, ?4) "
    "ON CONFLICT (key) DO UPDATE SET value = excluded.value, expiration = excluded.expiration, "
    "metadata = excluded.metadata";
constexpr std::string_view delete_key = "DELETE FROM Entries WHERE key = ?1";
// Ranges, not LIKE: a prefix is bytes, and a range is found without a scan.
constexpr std::string_view select_from =
    "SELECT key, expiration, metadata FROM Entries "
    "WHERE key >= ?1 AND (expiration IS NULL OR expiration > ?2) ORDER BY key LIMIT ?3";
constexpr std::string_view select_range =
    "SELECT key, expiration, metadata FROM Entries "
    "WHERE key >= ?1 AND (expiration IS NULL OR expiration > ?2) AND key < ?4 "
    "ORDER BY key LIMIT ?3";

SqlValue key_value(std::string_view key) {
  return Blob{std::string(key)};
}

std::string take_bytes(SqlValue& value) {
  auto* blob = std::get_if<Blob>(&value);
  return blob == nullptr ? std::string() : std::move(blob->bytes);
}

KvListedKey take_listed_key(SqlRow& row) {
  KvListedKey key;
  key.name = take_bytes(row[0]);
  if (!is_null(row[1])) key.expiration = as_int(row[1]);
  key.metadata = as_text(row[2]);
  return key;
}

// The first key, in byte order, after all keys with this prefix; none when there can be no such.
std::optional<std::string> end_of_prefix(std::string prefix) {
  while (!prefix.empty() && prefix.back() == '\xff') prefix.pop_back();
  if (prefix.empty()) return std::nullopt;
  prefix.back() = static_cast<char>(static_cast<unsigned char>(prefix.back()) + 1);
  return prefix;
}

// A cursor is the hex of the last key that was listed.
std::string cursor_of(std::string_view key) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string cursor;
  cursor.reserve(key.size() * 2);
  for (const char letter : key) {
    const auto byte = static_cast<unsigned char>(letter);
    cursor.push_back(digits[byte >> 4]);
    cursor.push_back(digits[byte & 15]);
  }
  return cursor;
}

std::optional<std::string> key_of_cursor(std::string_view cursor) {
  constexpr std::string_view digits = "0123456789abcdef";
  if (cursor.size() % 2 != 0 || cursor.size() > 2 * KvLimits::key_bytes_max) return std::nullopt;
  std::string key;
  for (std::size_t at = 0; at < cursor.size(); at += 2) {
    const std::size_t high = digits.find(cursor[at]);
    const std::size_t low = digits.find(cursor[at + 1]);
    if (high == std::string_view::npos || low == std::string_view::npos) return std::nullopt;
    key.push_back(static_cast<char>(high * 16 + low));
  }
  return key;
}

}  // namespace

tl::expected<std::unique_ptr<SqliteKv>, std::string> SqliteKv::open(const std::string& path,
                                                                    Runtime& runtime) {
  return open(path, runtime, FileOptions{});
}

tl::expected<std::unique_ptr<SqliteKv>, std::string> SqliteKv::open(const std::string& path,
                                                                    Runtime& runtime,
                                                                    const FileOptions& options) {
  auto connection = open_kv_file(path, options);
  if (!connection) return tl::unexpected(std::move(connection.error()));
  return std::unique_ptr<SqliteKv>(new SqliteKv(std::move(*connection), runtime));
}

SqliteKv::SqliteKv(std::unique_ptr<Connection> connection, Runtime& runtime)
    : runtime_(runtime), connection_(std::move(connection)) {}

Outcome<std::optional<KvValue>> SqliteKv::get(std::string_view key) {
  if (auto refused = check_key("get", key)) return std::move(*refused);
  const std::lock_guard lock(mutex_);
  auto rows = run("get", {select_value, {key_value(key), runtime_.wall().seconds()}});
  if (!rows) return std::move(rows.error());
  if (rows->empty()) return std::optional<KvValue>();
  SqlRow& row = rows->front();
  return std::optional<KvValue>(KvValue{take_bytes(row[0]), std::string(as_text(row[1]))});
}

Outcome<std::vector<std::optional<std::string>>> SqliteKv::get_many(
    std::span<const std::string> keys) {
  if (auto refused = check_key_count(keys.size())) return std::move(*refused);
  for (const std::string& key : keys) {
    if (auto refused = check_key("get_many", key)) return std::move(*refused);
  }
  const std::lock_guard lock(mutex_);
  const std::int64_t now = runtime_.wall().seconds();
  std::vector<std::optional<std::string>> values;
  values.reserve(keys.size());
  std::size_t bytes = 0;
  for (const std::string& key : keys) {
    auto rows = run("get_many", {select_value, {key_value(key), now}});
    if (!rows) return std::move(rows.error());
    if (rows->empty()) {
      values.emplace_back();
      continue;
    }
    std::string value = take_bytes(rows->front()[0]);
    bytes += value.size();
    if (bytes > KvLimits::value_bytes_max) {
      return refuse("get_many", FailureKind::limit_exceeded,
                    "KV GET_BULK failed: 413 Total size of the values exceeds limit of 26214400.");
    }
    values.emplace_back(replace_malformed_utf8(std::move(value)));
  }
  return values;
}

Outcome<void> SqliteKv::put(std::string_view key, std::string_view value,
                            const KvPutOptions& options) {
  if (auto refused = check_key("put", key)) return std::move(*refused);
  if (auto refused = check_value(value)) return std::move(*refused);
  if (auto refused = check_metadata(options.metadata)) return std::move(*refused);
  const std::lock_guard lock(mutex_);
  const std::int64_t now = runtime_.wall().seconds();
  if (auto refused = check_expiry(options, now)) return std::move(*refused);
  SqlValue expiration;
  if (options.expiration_ttl) {
    expiration = now + *options.expiration_ttl;
  } else if (options.expiration) {
    expiration = *options.expiration;
  }
  auto stored = run("put", {upsert,
                            {key_value(key), Blob{std::string(value)}, std::move(expiration),
                             text_or_null(options.metadata)}});
  if (!stored) return std::move(stored.error());
  return {};
}

Outcome<void> SqliteKv::remove(std::string_view key) {
  if (auto refused = check_key("remove", key)) return std::move(*refused);
  const std::lock_guard lock(mutex_);
  auto removed = run("remove", {delete_key, {key_value(key)}});
  if (!removed) return std::move(removed.error());
  return {};
}

Outcome<KvPage> SqliteKv::list(const KvListQuery& query) {
  if (auto refused = check_list_limit(query)) return std::move(*refused);
  std::string start = query.prefix;
  if (!query.cursor.empty()) {
    auto last = key_of_cursor(query.cursor);
    if (!last) {
      return refuse("list", FailureKind::malformed, "KV GET failed: 400 Invalid cursor.");
    }
    // The first key after the last one is that key with a NUL byte behind it.
    last->push_back('\0');
    start = std::max(start, *last);
  }
  if (auto refused = check_list_prefix(query)) return std::move(*refused);
  // One more than asked tells whether the page is the last one.
  const auto rows_max = static_cast<std::int64_t>(query.limit) + 1;
  const std::lock_guard lock(mutex_);
  Statement statement{select_from, {Blob{std::move(start)}, runtime_.wall().seconds(), rows_max}};
  if (auto end = end_of_prefix(query.prefix)) {
    statement.sql = select_range;
    statement.params.emplace_back(Blob{std::move(*end)});
  }
  auto rows = run("list", statement);
  if (!rows) return std::move(rows.error());

  KvPage page;
  page.complete = rows->size() <= query.limit;
  if (!page.complete) rows->resize(query.limit);
  page.keys.reserve(rows->size());
  for (SqlRow& row : *rows) page.keys.push_back(take_listed_key(row));
  if (!page.complete) page.cursor = cursor_of(page.keys.back().name);
  return page;
}

Outcome<std::vector<SqlRow>> SqliteKv::run(std::string_view operation, const Statement& statement) {
  auto result = connection_->run(statement);
  if (result) return std::move(result->rows);
  Failure failure = to_failure(Service::kv, operation, result.error());
  if (operation != "put" && operation != "remove") failure.effect = Effect::not_applied;
  return failure;
}

}  // namespace cutover::sqlite
