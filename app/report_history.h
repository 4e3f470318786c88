// Earlier reports of a folder, for the history of a new one (R6.7).
#pragma once

#include <string>
#include <vector>

#include <tl/expected.hpp>

#include "reports/history.h"

namespace cutover::app {

// The reports in the folder: its .json files, and report.json in each folder below it, at most
// 1,000, by name. The error names the file that is none, or the folder.
[[nodiscard]] tl::expected<std::vector<reports::PastRun>, std::string> past_runs_in(
    const std::string& folder);

// Adds those that began before the report. Itself (by its digest, if it has one yet) is not its
// past.
void add_history(reports::Report& report, const std::string& digest,
                 std::vector<reports::PastRun> runs);

}  // namespace cutover::app
