// A case as a GoogleTest file: the JSON of the case in the source, played and judged. It belongs
// into tests/chaos/, where it is built with the others.
#pragma once

#include <string>

#include "chaos/case_file.h"

namespace cutover::chaos {

// The test's name says scenario, seed and what failed: "MigrationOfSeed17HoldsConvergence".
[[nodiscard]] std::string case_test_of(const CaseFile& file);

}  // namespace cutover::chaos
