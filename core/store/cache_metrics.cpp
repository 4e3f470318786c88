#include "core/store/cache_metrics.h"

#include <mutex>
#include <utility>

#include "core/books/json_text.h"

namespace cutover::store {
namespace {

// Where everything is counted that is not counted by its own key.
constexpr std::string_view rest_key = "book:isbn:*";

constexpr std::size_t key_bytes_max = 512;  // a longer one is no key of KV
constexpr std::size_t rows_per_call = 500;

// Removing old rows reads all rows that stay, so only one flush in so many does it.
constexpr std::uint64_t flushes_per_removal = 16;

constexpr std::string_view add_sql =
    R"(INSERT INTO CacheMetrics (cache_key, hit_count, miss_count, data_size_bytes)
SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]'), json_extract(value, '$[2]'),
       nullif(json_extract(value, '$[3]'), 0)
FROM json_each(?1) WHERE true
ON CONFLICT(cache_key) DO UPDATE SET
  hit_count = CacheMetrics.hit_count + excluded.hit_count,
  miss_count = CacheMetrics.miss_count + excluded.miss_count,
  data_size_bytes = coalesce(excluded.data_size_bytes, CacheMetrics.data_size_bytes),
  last_accessed = unixepoch())";

// More than 16 flushes of 1,000 keys each can add, and still a bounded piece of work.
constexpr std::string_view remove_sql =
    R"(DELETE FROM CacheMetrics WHERE rowid IN (
  SELECT rowid FROM CacheMetrics ORDER BY last_accessed DESC, rowid DESC LIMIT 20000 OFFSET ?1))";

void append_row(std::string& list, std::string_view key, std::int64_t hits, std::int64_t misses,
                std::int64_t bytes) {
  list += list.size() > 1 ? ",[" : "[";
  books::append_json_string(list, key);
  for (const std::int64_t number : {hits, misses, bytes}) list += ',' + std::to_string(number);
  list += ']';
}

}  // namespace

CacheMetrics::CacheMetrics(Runtime& runtime, const CacheMetricsOptions& options)
    : runtime_(runtime), options_(options), mutex_(runtime.mutex()), flushed_at_(runtime.now()) {}

void CacheMetrics::hit(std::string_view cache_key, std::int64_t bytes) {
  add(cache_key, {1, 0, bytes});
}

void CacheMetrics::miss(std::string_view cache_key, bool found) {
  add(found ? cache_key : rest_key, {0, 1, 0});
}

// The lock is never held across a call that switches, so taking it does not switch either.
void CacheMetrics::add(std::string_view cache_key, const Counts& more) {
  const std::lock_guard lock(*mutex_);
  auto place = counts_.find(cache_key);
  if (place == counts_.end()) {
    const bool apart = counts_.size() < options_.keys_max && cache_key.size() <= key_bytes_max;
    place = counts_.try_emplace(std::string(apart ? cache_key : rest_key)).first;
  }
  Counts& counts = place->second;
  counts.hits += more.hits;
  counts.misses += more.misses;
  // The size of one value says nothing about many keys together.
  if (more.bytes > 0 && place->first != rest_key) counts.bytes = more.bytes;
}

bool CacheMetrics::due() const {
  const std::lock_guard lock(*mutex_);
  return !counts_.empty() && runtime_.now() - flushed_at_ >= options_.flush_after;
}

Outcome<void> CacheMetrics::flush(Database& database) {
  std::map<std::string, Counts, std::less<>> taken;
  {
    const std::lock_guard lock(*mutex_);
    taken.swap(counts_);
    flushed_at_ = runtime_.now();
  }
  if (taken.empty()) return {};
  while (!taken.empty()) {
    std::string list = "[";
    auto end = taken.begin();
    for (std::size_t rows = 0; end != taken.end() && rows < rows_per_call; ++end, ++rows) {
      append_row(list, end->first, end->second.hits, end->second.misses, end->second.bytes);
    }
    const auto done = database.query({add_sql, {list + ']'}});
    if (!done) {
      // What may have been written is let go: counts may be lost, but never doubled.
      if (done.error().effect == Effect::unknown) taken.erase(taken.begin(), end);
      for (const auto& [key, counts] : taken) add(key, counts);
      return done.error();
    }
    taken.erase(taken.begin(), end);
  }
  if (runtime_.random_number("cache_metrics") % flushes_per_removal != 0) return {};
  const auto removed = database.query({remove_sql, {options_.rows_max}});
  if (!removed) return removed.error();
  return {};
}

}  // namespace cutover::store
