// junit.xml: the acceptance report as test results, for CI systems.
//
// Five suites: the report itself (its verdict and whether it agrees with itself), criteria,
// requirements, the rows of tables that have a verdict, steps. A fail is a <failure>; an unknown is
// an <error type="unknown">, because CI shows skipped tests as green. The shape is the common part
// of the schemas in use (Ant's and Jenkins's). Characters that XML 1.0 forbids become U+FFFD.
#pragma once

#include <string>

#include "reports/evidence.h"

namespace cutover::reports {

[[nodiscard]] std::string to_junit(const Report& report);

}  // namespace cutover::reports
