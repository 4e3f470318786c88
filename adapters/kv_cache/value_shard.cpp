#include "adapters/kv_cache/value_shard.h"

#include <utility>

namespace cutover::kv_cache {
namespace {

// About what the list and the map need for an entry beside its texts.
constexpr std::size_t place_bytes = 256;

}  // namespace

ValueShard::Found ValueShard::find(std::string_view key, Duration now) {
  const std::lock_guard lock(mutex_);
  const auto found = by_key_.find(key);
  if (found == by_key_.end()) return {nullptr, writes_};
  const Place place = found->second;
  if (place->until <= now) {
    drop(place);
    return {nullptr, writes_};
  }
  entries_.splice(entries_.begin(), entries_, place);
  return {place->value, writes_};
}

void ValueShard::keep(std::string_view key, Value value, Duration until, std::uint64_t writes) {
  const std::size_t bytes = key.size() + value->bytes.size() + value->metadata.size() + place_bytes;
  const std::lock_guard lock(mutex_);
  if (under_way_ > 0 || writes != writes_ || bytes > bytes_max_) return;
  if (const auto known = by_key_.find(key); known != by_key_.end()) drop(known->second);
  entries_.push_front({std::string(key), std::move(value), until, bytes});
  by_key_.emplace(entries_.front().key, entries_.begin());
  bytes_ += bytes;
  while (bytes_ > bytes_max_) drop(std::prev(entries_.end()));
}

// With the lock held.
void ValueShard::drop(Place place) {
  bytes_ -= place->bytes;
  by_key_.erase(place->key);
  entries_.erase(place);
}

ValueShard::Write::Write(ValueShard& shard, std::string_view key) : shard_(shard) {
  const std::lock_guard lock(shard_.mutex_);
  ++shard_.writes_;
  ++shard_.under_way_;
  if (const auto known = shard_.by_key_.find(key); known != shard_.by_key_.end()) {
    shard_.drop(known->second);
  }
}

ValueShard::Write::~Write() {
  const std::lock_guard lock(shard_.mutex_);
  ++shard_.writes_;
  --shard_.under_way_;
}

}  // namespace cutover::kv_cache
