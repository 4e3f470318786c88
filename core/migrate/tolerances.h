// Tolerances: the plan's three ways to say "close enough", each with its own verdict (R2.11), and
// the rule that actually decides: no unexplained difference at all (V01, V02).
//
// They are computed over the run's own ledger and the comparison, never over two counts taken at
// different times (V03, V04).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/migrate/comparison.h"
#include "core/migrate/fate.h"

namespace cutover::migrate {

struct ToleranceCheck {
  std::string id;         // "absolute_difference", ...
  std::string name;       // for people
  std::string threshold;  // "at most 10"
  double measured = 0;
  std::string unit;
  bool known = false;  // false: nothing to measure, so no verdict
  bool passed = false;
  std::string note;
  double limit = 0;    // the threshold as a number, in `unit`
  bool above = false;  // true: must be above it; false: at most
};

// The checks, in the order of the plan: absolute difference of at most 10, relative difference of
// at most 1 %, completeness above 99 %, and zero unexplained differences.
[[nodiscard]] std::vector<ToleranceCheck> check_tolerances(const Totals& totals,
                                                           const Comparison& comparison);

}  // namespace cutover::migrate
