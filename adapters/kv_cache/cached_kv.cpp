#include "adapters/kv_cache/cached_kv.h"

#include <functional>
#include <utility>

#include "adapters/kv_cache/value_shard.h"
#include "core/ports/check.h"

namespace cutover::kv_cache {

CachedKv::CachedKv(KvStore& store, const Runtime& runtime, const CachedKvOptions& options)
    : store_(store), runtime_(runtime), ttl_(options.ttl) {
  CUTOVER_CHECK(options.ttl >= Duration{0}, "nothing is kept for less than no time");
  CUTOVER_CHECK(options.shards > 0, "a cache has a part");
  if (ttl_ == Duration{0}) return;
  for (std::size_t i = 0; i < options.shards; ++i) {
    shards_.push_back(std::make_unique<ValueShard>(options.bytes_max / options.shards));
  }
}

CachedKv::~CachedKv() = default;

Outcome<std::optional<KvValue>> CachedKv::get(std::string_view key) {
  if (shards_.empty()) return store_.get(key);
  ValueShard& shard = shard_of(key);
  const Duration began = runtime_.now();
  const ValueShard::Found found = shard.find(key, began);
  if (found.value) return std::optional<KvValue>(*found.value);
  auto read = store_.get(key);
  if (read && *read) {
    shard.keep(key, std::make_shared<const KvValue>(**read), began + ttl_, found.writes);
  }
  return read;
}

Outcome<void> CachedKv::put(std::string_view key, std::string_view value,
                            const KvPutOptions& options) {
  if (shards_.empty()) return store_.put(key, value, options);
  const ValueShard::Write write(shard_of(key), key);
  return store_.put(key, value, options);
}

Outcome<void> CachedKv::remove(std::string_view key) {
  if (shards_.empty()) return store_.remove(key);
  const ValueShard::Write write(shard_of(key), key);
  return store_.remove(key);
}

ValueShard& CachedKv::shard_of(std::string_view key) {
  return *shards_[std::hash<std::string_view>()(key) % shards_.size()];
}

}  // namespace cutover::kv_cache
