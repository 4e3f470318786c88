// The plan's rollback criteria (R5.6) and alerts (R5.7), each provoked just below its limit and
// just above it, on the whole live system: the requests are real, the guard measures them, and what
// it does is read from the rollout's state.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/ports/outcome.h"

namespace cutover::scenarios {

struct CriterionRow {
  std::string criterion;  // "error_rate"
  std::string limit;      // "> 1 % for 5 minutes"
  std::string provoked;   // "1 of 100 requests, for 10 minutes"
  std::string expected;   // "nothing", "rollback", "writes stop", "notice"
  std::string seen;
  std::string findings;  // all criteria that were reported, the alerts too
  std::optional<Duration> found_after;
  bool passed = false;
};

// Below, above, and above for too short a time, of each of the four criteria and the four alerts.
[[nodiscard]] std::vector<CriterionRow> run_criteria(std::uint64_t seed);

}  // namespace cutover::scenarios
