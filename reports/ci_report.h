// What CI systems show beside a run: a short summary, and annotations (requirement R4.7).
#pragma once

#include <cstddef>
#include <string>

#include "reports/evidence.h"

namespace cutover::reports {

inline constexpr std::size_t summary_rows_max = 30;
inline constexpr std::size_t annotations_max = 10;  // of a kind: GitHub shows no more of a step

// summary.md: the verdict, what stands against a pass, the criteria, and the names of the files
// that hold the rest. Less than 1 MiB whatever the report says: GitHub drops a larger one in
// silence.
[[nodiscard]] std::string to_summary(const Report& report);

// Lines in the syntax of GitHub Actions, "::error title=...::...": an error for each fail and each
// contradiction, a warning for each unknown, at most annotations_max of a kind and then a notice of
// how many more there are; one notice for a pass. Data cannot start a command of its own.
[[nodiscard]] std::string to_annotations(const Report& report);

}  // namespace cutover::reports
