// After going live: the plan's six post-checks and the thresholds of its monitoring (plan,
// items 2.5 and 2.6; requirements R5.8, R6.5 and R6.6), from what the running system counted.
//
// Each is pass, fail or unknown: unknown when its metric is missing, when too little was counted to
// tell, when a histogram's buckets are too coarse, or when a restart lost part of the count (a fail
// stays one). Requests of operators and probes (/admin/..., /health, /metrics) are left out: they
// are not what users see.
#pragma once

#include <string>
#include <vector>

#include "golive/window.h"
#include "reports/evidence.h"

namespace cutover::golive {

// Enough to tell: with no bad one in 3 / limit, the share is below the limit with 95 % confidence.
inline constexpr double requests_enough = 3000;    // error rate < 0.1 %
inline constexpr double lookups_enough = 1000;     // cache hit rate > 80 %
inline constexpr double d1_calls_enough = 300;     // D1 success > 99 %
inline constexpr double comparisons_enough = 300;  // difference < 1 %
inline constexpr double p95_enough = 200;          // ten of them lie above it
inline constexpr double p50_enough = 100;

struct PostOptions {
  std::string tool_version;
  std::string started;    // ISO 8601
  std::string reproduce;  // the command line
  std::string source;     // where the metrics are from, for people
  std::string span;       // "since the system's start", "since shot-1.txt"
};

// A criterion for each threshold.
[[nodiscard]] std::vector<reports::Criterion> post_criteria(const Window& window);

// The criteria, the six checks as checklist items `after`, and what metrics cannot show.
[[nodiscard]] reports::Report post_report(const Window& window, const PostOptions& options);

}  // namespace cutover::golive
