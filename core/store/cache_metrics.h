// CacheMetrics: hits and misses per cache key, counted in memory and written now and then (R3.2).
//
// Counting never touches D1, so a hit never waits for a write and never fails for one (plan defect
// R05). Keys of books that were found are counted each; misses of books that nobody has are counted
// together under `book:isbn:*`, so that random ISBNs do not grow the table (W12), and so is
// whatever exceeds `keys_max`. The table keeps the newest `rows_max` keys: of 16 flushes about one
// removes the older ones, so it holds about 16 * keys_max more at times. ttl_seconds stays NULL: it
// is the cache's own and differs from entry to entry.
//
// hit(), miss() and due() do not switch; flush() does. May be used from any task.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "core/ports/database.h"
#include "core/ports/outcome.h"
#include "core/ports/runtime.h"

namespace cutover::store {

struct CacheMetricsOptions {
  std::size_t keys_max = 1000;      // counted apart between two flushes; the rest together
  std::int64_t rows_max = 100'000;  // of the table
  Duration flush_after = std::chrono::seconds(10);
};

class CacheMetrics {
 public:
  CacheMetrics(Runtime& runtime, const CacheMetricsOptions& options);

  void hit(std::string_view cache_key, std::int64_t bytes);
  void miss(std::string_view cache_key, bool found);

  // Is it time to flush?
  [[nodiscard]] bool due() const;
  // Adds what was counted to the table, 500 keys a call. After a failure, what was surely not
  // applied stays counted for the next flush; a lost reply may lose counts, never double them.
  Outcome<void> flush(Database& database);

 private:
  struct Counts {
    std::int64_t hits = 0;
    std::int64_t misses = 0;
    std::int64_t bytes = 0;
  };
  void add(std::string_view cache_key, const Counts& more);

  Runtime& runtime_;
  CacheMetricsOptions options_;
  std::unique_ptr<Mutex> mutex_;
  std::map<std::string, Counts, std::less<>> counts_;
  Duration flushed_at_{0};
};

}  // namespace cutover::store
