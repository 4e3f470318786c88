// The rehearsed phases as the report's structs: tables, charts, criteria. Pure.
#pragma once

#include <string>
#include <vector>

#include "reports/evidence.h"
#include "scenarios/phases/phases.h"

namespace cutover::scenarios {

// Every step of the four phases; the suites; the rollout; the forecast; retention; and the shapes,
// counted by moment, with each one that changed.
[[nodiscard]] std::vector<reports::Table> phase_tables(const PhasesResult& result);
// Latency, error rate, hit rate and D1 calls over monitoring; share and latency over the rollout.
[[nodiscard]] std::vector<reports::Chart> phase_charts(const PhasesResult& result);
[[nodiscard]] std::vector<reports::Criterion> phase_criteria(const PhasesResult& result);

// How many of these rows passed: "14 of 14".
[[nodiscard]] std::string tally(const std::vector<PhaseStep>& steps);
[[nodiscard]] bool all_passed(const std::vector<PhaseStep>& steps);

}  // namespace cutover::scenarios
