// KvStore: one Workers KV namespace, seen from one location.
//
// What it promises is what Workers KV promises, which is little: reads may be stale by up to
// staleness_bound(), absent keys are remembered as absent just as long, there is no transaction and
// no compare-and-swap, and the last write wins. `list` and `get` may disagree in both directions.
// Source: reference facts A1 to A3.
//
// Every call may switch to another task (ports/runtime.h), may be made from any task of the
// process, and may fail with: throttled, unavailable, timeout, connection_lost, limit_exceeded,
// unauthorized. `malformed` is a cursor that the service refuses, or a key that can never be one.
// Reads have no effect, so their failures are always `not_applied`.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/ports/outcome.h"

namespace cutover {

struct KvLimits {
  static constexpr std::size_t key_bytes_max = 512;
  static constexpr std::size_t value_bytes_max = 25 * 1024 * 1024;
  static constexpr std::size_t metadata_bytes_max = 1024;
  static constexpr std::size_t get_many_keys_max = 100;
  static constexpr std::size_t list_keys_max = 1000;
  static constexpr std::int64_t ttl_seconds_min = 60;
};

struct KvValue {
  std::string bytes;
  std::string metadata;  // JSON text; empty when the entry has none

  friend bool operator==(const KvValue&, const KvValue&) = default;
};

// At most one of the two is set; neither means: never expires.
struct KvPutOptions {
  std::optional<std::int64_t> expiration_ttl;  // seconds from now, at least 60
  std::optional<std::int64_t> expiration;      // seconds since 1970, at least 60 s ahead
  std::string metadata;                        // JSON text, at most 1,024 bytes; empty: none
};

struct KvListedKey {
  std::string name;
  std::optional<std::int64_t> expiration;  // seconds since 1970, also when it was put as a TTL
  std::string metadata;                    // JSON text; empty when the entry has none

  friend bool operator==(const KvListedKey&, const KvListedKey&) = default;
};

struct KvListQuery {
  std::string prefix;  // bytes, case-sensitive; must be repeated with every cursor
  std::size_t limit = KvLimits::list_keys_max;  // 1 to 1,000
  std::string cursor;                           // empty: from the start
};

// A whole entry, as dumps and backups carry it.
struct KvRecord {
  std::string key;
  std::string value;                       // bytes
  std::optional<std::int64_t> expiration;  // seconds since 1970
  std::string metadata;                    // JSON text; empty when the entry has none

  friend bool operator==(const KvRecord&, const KvRecord&) = default;
};

struct KvPage {
  std::vector<KvListedKey> keys;  // ascending by UTF-8 bytes; may be empty before the end
  bool complete = false;          // the only sign of the end
  std::string cursor;             // opaque; empty when complete. May be refused when it is old.
};

class KvStore {
 public:
  KvStore() = default;
  KvStore(const KvStore&) = delete;
  KvStore& operator=(const KvStore&) = delete;
  virtual ~KvStore() = default;

  // The value as bytes, or nothing: absent, expired, or remembered as absent here.
  virtual Outcome<std::optional<KvValue>> get(std::string_view key) = 0;

  // 1 to 100 keys in one operation; answers in the order asked, without metadata. The service reads
  // in bulk as *text*: bytes that are not UTF-8 arrive as U+FFFD. Whoever needs the bytes reads a
  // value that has U+FFFD again with get(). Fails with limit_exceeded when the values together
  // exceed 25 MiB: ask for fewer.
  virtual Outcome<std::vector<std::optional<std::string>>> get_many(
      std::span<const std::string> keys) = 0;

  // Replaces value, metadata and expiry. At most one write a second per key (throttled otherwise).
  virtual Outcome<void> put(std::string_view key, std::string_view value,
                            const KvPutOptions& options) = 0;

  // Succeeds also when there is nothing to remove.
  virtual Outcome<void> remove(std::string_view key) = 0;

  // One page of names in byte order. Deleted and expired keys may leave empty pages behind.
  virtual Outcome<KvPage> list(const KvListQuery& query) = 0;

  // How old an answer may be, hits and misses alike. Zero for a store that is always current.
  [[nodiscard]] virtual Duration staleness_bound() const = 0;
};

}  // namespace cutover
