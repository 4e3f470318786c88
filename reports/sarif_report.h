// report.sarif: what stands against a pass, as SARIF 2.1.0 for code scanning (requirement R6.7).
//
// A result for each failed or unknown criterion, requirement, table row and step, for each group of
// rejected keys, and for each contradiction. A fail is an error; an unknown is a warning, never a
// "pass" or a "notApplicable"; rejected keys are a warning. Rule ids are stable from run to run,
// and a result's fingerprint says nothing about its figures, so that a repeated failure is one
// alert.
#pragma once

#include <cstddef>
#include <string>

#include "reports/evidence.h"

namespace cutover::reports {

inline constexpr std::size_t sarif_results_max = 1000;

// Results beyond sarif_results_max are left out, and a notification says how many.
[[nodiscard]] std::string to_sarif(const Report& report);

}  // namespace cutover::reports
