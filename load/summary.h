// Summary: what a load measured, judged and put into k6's words.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "load/forecast.h"
#include "load/profile.h"
#include "load/result.h"
#include "reports/verdict.h"

namespace cutover::load {

// One threshold after the load.
struct Judgement {
  Threshold threshold;
  std::optional<double> measured;  // none: nothing that it asks for was measured
  // How far the measured value is inside of the limit, as a share of the limit; negative: outside.
  // None for a limit of zero, and for equalities.
  std::optional<double> margin;
  reports::Verdict verdict = reports::Verdict::unknown;
};

[[nodiscard]] std::vector<Judgement> judge(const Result& result,
                                           std::span<const Threshold> thresholds);

// fail if one failed, else unknown if the load was interrupted, measured nothing, or some threshold
// is unknown, else pass.
[[nodiscard]] reports::Verdict verdict_of(const Result& result,
                                          std::span<const Judgement> judgements);

// The value that a threshold compares: ms, share, number, or number per second.
[[nodiscard]] std::optional<double> measure(const Result& result, const Threshold& threshold);

// A load with all that is said of it.
struct LoadReport {
  Result result;
  std::vector<Judgement> judgements;
  std::optional<Forecast> forecast;  // of a simulation
};

// For people: k6's end-of-test summary, tiers, what the services did, thresholds with a mark, and
// the forecast.
[[nodiscard]] std::string summary_text(const LoadReport& report);

// For machines: format "cutover-load", version 1 (docs/LOAD.md), series and histograms included.
// Several: format "cutover-load-comparison", with the same objects in "loads".
[[nodiscard]] std::string summary_json(const LoadReport& report);
[[nodiscard]] std::string comparison_json(std::span<const LoadReport> reports);

// The baseline beside others: percentiles by tier, hit rate over time, what the services have to
// do, and a month's bill (R4.6).
[[nodiscard]] std::string comparison_text(std::span<const LoadReport> reports);

}  // namespace cutover::load
