// From criteria to the rest of a report: sentences, and the requirements' rows.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "reports/evidence.h"

namespace cutover::target {

// What was measured, and the note, as one sentence.
[[nodiscard]] std::string what_was_found(const reports::Criterion& criterion);

// Adds the criterion to the row of each requirement ("R6.1 R6.5").
void add_evidence(reports::Report& report, std::string_view requirements,
                  const reports::Criterion& criterion);

// `over`: why the run ended early; empty when it did not.
[[nodiscard]] std::string headline_of(const reports::Report& report, const std::string& url,
                                      std::uint64_t asked, const std::string& over);

}  // namespace cutover::target
