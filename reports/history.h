// Earlier runs beside a report: how its figures moved (requirement R6.7).
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "reports/evidence.h"

namespace cutover::reports {

// The run in short: its numeric criteria, the first past_figures_max of them, as figures.
// `digest` is the SHA-256 of its report.json.
[[nodiscard]] PastRun past_run(const Report& report, const std::string& digest);

inline constexpr std::size_t past_figures_max = 8;

// Adds runs to the report's history: the latest first, each once, at most history_max.
void add_past_runs(Report& report, std::vector<PastRun> runs);

}  // namespace cutover::reports
