// Result: what one load gave, in virtual or real time: for summaries, thresholds, charts and bills.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "load/measured.h"

namespace cutover::load {

// What reached the services, as a bill counts it.
struct Usage {
  std::int64_t kv_reads = 0;  // keys, those of bulk reads one by one, absent ones too
  std::int64_t kv_writes = 0;
  std::int64_t kv_deletes = 0;
  std::int64_t kv_lists = 0;
  std::int64_t d1_queries = 0;       // statements
  std::int64_t d1_rows_read = 0;     // modelled (fakes/d1)
  std::int64_t d1_rows_written = 0;  // modelled
  std::int64_t provider_calls = 0;

  friend bool operator==(const Usage&, const Usage&) = default;
};
[[nodiscard]] Usage operator-(const Usage& more, const Usage& less);

// What only the simulation knows.
struct Services {
  Usage used;                   // after the warm-up
  Duration ran{0};              // ... so long
  Usage idle;                   // before it, with the same isolates and no requests
  Duration idled{0};            // ... so long
  Histogram d1_calls;           // from a caller's view: way, queue and statement
  std::int64_t kv_bytes = 0;    // stored at the end: keys, values and metadata
  std::int64_t d1_bytes = 0;    // size of the database at the end
  std::vector<Usage> series;    // of each slice
  std::vector<int> d1_percent;  // of ISBNs that read D1, at the end of each slice
};

struct Result {
  std::string profile;
  std::string target;  // "simulation, phase d1", or a URL
  std::uint64_t seed = 1;
  Measured measured{std::chrono::seconds(1)};
  double users_max = 0;  // virtual users; 0 for arrivals
  std::optional<Services> services;
};

// One point of a chart.
struct Point {
  Duration from{0};  // since the end of the warm-up
  Duration length{0};
  std::uint64_t requests = 0;
  Duration p50{0};
  Duration p95{0};
  double error_rate = 0;
  std::optional<double> hit_rate;  // none: no search found a book
  std::optional<int> d1_percent;   // simulation only, as is the next
  std::optional<Usage> used;
};
[[nodiscard]] std::vector<Point> points_of(const Result& result);

}  // namespace cutover::load
