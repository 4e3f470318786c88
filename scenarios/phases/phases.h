// The plan's four phases as a rehearsal (R5.1, plan item 2.5): staging deployment, migration,
// production cutover with a gradual rollout, and monitoring; each step with its check.
//
// Staging and production are two worlds. In both, everything after the schema goes through the HTTP
// API, while people ask. At every phase the contract is probed with the flag off and on (R4.5) and
// both functional suites run (R6.4). Virtual time; same options, same result.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "scenarios/live/live_books.h"
#include "scenarios/phases/contract_regression.h"
#include "scenarios/phases/estimate.h"
#include "scenarios/phases/retention.h"
#include "scenarios/phases/series.h"
#include "scenarios/phases/suites.h"
#include "scenarios/phases/thresholds.h"

namespace cutover::scenarios {

struct PhasesOptions {
  std::uint64_t seed = 1;
  std::vector<KvRecord> sources;  // KV's entries; at least 200 of them plain books
  UnixTime start{1'764'000'000'000'000};
  Duration hold = std::chrono::minutes(10);  // at each step of the rollout
  Duration monitoring = std::chrono::hours(24);
  double requests_per_second = 1;
};

// One step of a phase: what must be, and what was seen.
struct PhaseStep {
  std::string phase;  // "staging", "migration", "cutover", "monitoring"
  std::string step;
  std::string expected;
  std::string seen;
  bool passed = false;
};

// One step of the gradual rollout, over a fixed sample of ISBNs.
struct RolloutStep {
  int percent = 0;
  std::int64_t sampled = 0;
  std::int64_t reading_d1 = 0;  // of the sample, by every isolate's own plan
  bool agree = false;           // the isolates agree on each of them, and the published buckets do
  bool grows = false;           // whoever read D1 before still does: sticky
  Figures figures;              // while it was held
};

struct PhasesResult {
  std::vector<PhaseStep> steps;
  std::vector<SuiteCase> suites;
  std::vector<ShapeRow> shapes;
  std::vector<ContractRegression::Exchange> exchanges;  // of production's probes
  std::vector<RolloutStep> rollout;
  std::vector<EstimateRow> estimate;
  Figures monitoring;
  std::vector<ThresholdRow> thresholds;
  std::vector<Bucket> rollout_series;     // a minute each
  std::vector<Bucket> monitoring_series;  // a quarter of an hour each
  std::vector<PhaseStep> post_checks;     // the six of the checklist, after monitoring
  std::vector<PhaseStep> retention;       // R7.6
  std::vector<std::string> digests;       // of the two worlds' histories
};

[[nodiscard]] PhasesResult rehearse_phases(const PhasesOptions& options);

// ---- Parts, each of which adds its steps ----
void rehearse_staging(const PhasesOptions& options, PhasesResult& result);
void rehearse_production(const PhasesOptions& options, PhasesResult& result);

}  // namespace cutover::scenarios
