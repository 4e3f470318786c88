// What the load generator pays for each answer: its latency, counted.

#include <benchmark/benchmark.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/ports/check.h"
#include "core/ports/random.h"
#include "load/histogram.h"

namespace cutover::bench {
namespace {

// Into a histogram that has every bucket that comes: none is made while the clock runs.
void histogram_add(benchmark::State& state) {
  RandomStream random(1, "latencies");
  std::vector<Duration> latencies;
  for (int i = 0; i < 4096; ++i) latencies.emplace_back(random.between(100, 50'000));
  load::Histogram histogram;
  for (const Duration latency : latencies) histogram.add(latency);
  const Duration median = histogram.percentile(50);
  CUTOVER_CHECK(histogram.count() == latencies.size() && median > std::chrono::milliseconds(23) &&
                    median < std::chrono::milliseconds(27),
                "all are counted");
  std::size_t at = 0;
  for (auto _ : state) histogram.add(latencies[at++ % 4096]);
  if (histogram.count() != latencies.size() + static_cast<std::uint64_t>(state.iterations())) {
    state.SkipWithError("a latency was not counted");
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(histogram_add);

}  // namespace
}  // namespace cutover::bench
