// LocationCache: what one location remembers of one namespace, hits and misses alike.
//
// An answer is remembered for `ttl` from the moment it was fetched, never longer than the entry
// itself lives. Nobody tells a location about writes made elsewhere. Source: cloudflare-facts A1.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "core/ports/kv_store.h"
#include "core/ports/runtime.h"

namespace cutover::fakes {

// A written value; never changed afterwards, so that the centre and the locations can share it.
struct StoredValue {
  KvValue value;
  std::optional<std::int64_t> expiration;  // seconds since 1970
};

// Gone from its second on, to the microsecond.
[[nodiscard]] bool is_expired(const StoredValue& stored, UnixTime now);

using StoredValuePtr = std::shared_ptr<const StoredValue>;

class LocationCache {
 public:
  explicit LocationCache(Duration ttl) : ttl_(ttl) {}

  // The remembered answer, or null when nothing usable is remembered: nothing fresh, or nothing
  // that was fetched at least `age` ago. An answer that points to nothing is a remembered miss.
  [[nodiscard]] const StoredValuePtr* find(std::string_view key, UnixTime now,
                                           Duration age = Duration{0}) const;

  // `fetched` is the moment at which the centre stood so: what is left of `ttl` counts from it.
  void fill(std::string_view key, StoredValuePtr answer, UnixTime fetched, UnixTime now);

 private:
  struct Remembered {
    StoredValuePtr answer;
    UnixTime fetched_at;
  };

  [[nodiscard]] bool is_fresh(const Remembered& remembered, UnixTime now) const;
  void forget_old(UnixTime now);

  Duration ttl_;
  std::map<std::string, Remembered, std::less<>> answers_;
  std::size_t forget_at_ = 1024;  // number of answers at which old ones are looked for
};

}  // namespace cutover::fakes
