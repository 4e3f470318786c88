// ValueShard: the values of some of CachedKv's keys, under one lock, bounded in bytes.
//
// A read of the store that began before a write ended may have seen what stood before, so it must
// not be kept: each write counts twice, when it begins and when it has ended, and a value is kept
// only when no write is under way and none was counted since its read began. Writes are rare beside
// reads, so one count for all keys of the shard is enough.
//
// Safe to use from any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "core/ports/kv_store.h"

namespace cutover::kv_cache {

class ValueShard {
 public:
  explicit ValueShard(std::size_t bytes_max) : bytes_max_(bytes_max) {}
  ValueShard(const ValueShard&) = delete;
  ValueShard& operator=(const ValueShard&) = delete;

  using Value = std::shared_ptr<const KvValue>;

  struct Found {
    Value value;               // none: ask the store, and then keep()
    std::uint64_t writes = 0;  // counted so far
  };
  Found find(std::string_view key, Duration now);

  // `writes`: as find() said before the store was asked. `until`: Runtime::now() of its end.
  void keep(std::string_view key, Value value, Duration until, std::uint64_t writes);

  // One write of the store, from before it is asked until after it answered, well or not.
  class Write {
   public:
    Write(ValueShard& shard, std::string_view key);
    Write(const Write&) = delete;
    Write& operator=(const Write&) = delete;
    ~Write();

   private:
    ValueShard& shard_;
  };

 private:
  struct Entry {
    std::string key;
    Value value;
    Duration until{0};
    std::size_t bytes = 0;
  };
  using Place = std::list<Entry>::iterator;
  void drop(Place place);

  const std::size_t bytes_max_;
  std::mutex mutex_;                                    // guards everything below
  std::list<Entry> entries_;                            // the one asked for last comes first
  std::unordered_map<std::string_view, Place> by_key_;  // the texts are the entries'
  std::size_t bytes_ = 0;
  std::uint64_t writes_ = 0;
  int under_way_ = 0;
};

}  // namespace cutover::kv_cache
