// CachedKv: a KvStore that keeps values of another one in memory for a while, as Workers KV keeps
// them at each location.
//
// get() alone is answered from memory, and values alone are kept: not absences, and nothing of
// get_many and list, which go to the store. A value lives for `ttl` from the moment at which its
// read began, whatever its own expiry, so answers are at most that much older than the store's:
// staleness_bound() says so. What is put or removed through this object is seen by every get that
// begins after it returned; changes that others make in the store, within the bound.
//
// Memory is bounded: the value that was not asked for longest goes first. A value larger than a
// shard's share of `bytes_max` is not kept.
//
// Safe to use from any thread. No lock is held across a call to the store.
#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "core/ports/kv_store.h"
#include "core/ports/runtime.h"

namespace cutover::kv_cache {

class ValueShard;

struct CachedKvOptions {
  Duration ttl = std::chrono::seconds(10);        // zero: nothing is kept
  std::size_t bytes_max = std::size_t{64} << 20;  // keys, values and metadata, and their places
  std::size_t shards = 16;                        // parts with a lock of their own, at least 1
};

class CachedKv final : public KvStore {
 public:
  // Both must outlive it. `runtime` tells the time: now() only.
  CachedKv(KvStore& store, const Runtime& runtime, const CachedKvOptions& options);
  ~CachedKv() override;

  Outcome<std::optional<KvValue>> get(std::string_view key) override;
  Outcome<std::vector<std::optional<std::string>>> get_many(
      std::span<const std::string> keys) override {
    return store_.get_many(keys);
  }
  Outcome<void> put(std::string_view key, std::string_view value,
                    const KvPutOptions& options) override;
  Outcome<void> remove(std::string_view key) override;
  Outcome<KvPage> list(const KvListQuery& query) override { return store_.list(query); }

  [[nodiscard]] Duration staleness_bound() const override {
    return store_.staleness_bound() + ttl_;
  }

 private:
  ValueShard& shard_of(std::string_view key);

  KvStore& store_;
  const Runtime& runtime_;
  const Duration ttl_;
  std::vector<std::unique_ptr<ValueShard>> shards_;  // none when nothing is kept
};

}  // namespace cutover::kv_cache
