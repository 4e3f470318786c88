#include "scenarios/phases/thresholds.h"

namespace cutover::scenarios {

std::vector<ThresholdRow> check_thresholds(const Figures& figures,
                                           std::optional<double> completeness) {
  const bool below = true;
  return {
      {"d1_queries", "D1 is being used: searches that it answered", "> 0",
       figures.requests == 0 ? std::nullopt
                             : std::optional<double>(static_cast<double>(figures.d1_answers)),
       "", 0, !below},
      {"d1_p95", "D1 query duration, 95th percentile", "< 100 ms", figures.d1_p95, "ms", 100,
       below},
      {"hit_rate", "KV cache hit rate", "> 80 %", figures.hit_rate, "%", 80, !below},
      {"error_rate", "API error rate", "< 0.1 %", figures.error_rate, "%", 0.1, below},
      {"api_p95", "API latency, 95th percentile", "< 500 ms", figures.p95, "ms", 500, below},
      {"completeness", "migration completeness", "> 99 %", completeness, "%", 99, !below},
      {"p50_cached", "API latency of cached answers, median", "< 100 ms", figures.p50_cached, "ms",
       100, below},
      {"p50_d1", "API latency of answers from D1, median", "< 300 ms", figures.p50_d1, "ms", 300,
       below},
      {"d1_success", "D1 query success rate", "> 99 %", figures.d1_success, "%", 99, !below},
  };
}

}  // namespace cutover::scenarios
