// Thresholds: the plan's limits on what was measured (R5.8, R6.5), each a row with its verdict.
// Pure. A figure that was not measured gives no verdict.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "scenarios/live/meter.h"

namespace cutover::scenarios {

struct ThresholdRow {
  std::string id;           // "d1_p95"
  std::string name;         // for people
  std::string requirement;  // "< 100 ms"
  std::optional<double> measured;
  std::string unit;
  double limit = 0;
  bool must_be_below = true;  // false: above
  [[nodiscard]] bool known() const { return measured.has_value(); }
  [[nodiscard]] bool met() const {
    return measured && (must_be_below ? *measured < limit : *measured > limit);
  }
};

// In the plan's order: the six of R6.5, then those of R5.8 that are not among them.
// `completeness`: the migration's, in %.
[[nodiscard]] std::vector<ThresholdRow> check_thresholds(const Figures& figures,
                                                         std::optional<double> completeness);

}  // namespace cutover::scenarios
