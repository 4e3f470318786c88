// The forecast of a migration beside what it took (R7.5): the dry run's estimate, then the run on
// the same data, counted by the services themselves.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "scenarios/live/operator.h"

namespace cutover::scenarios {

struct EstimateRow {
  std::string what;  // "duration"
  std::string unit;
  double estimated = 0;
  double actual = 0;
  // A forecast that is useful: within a factor of `factor_max` either way.
  static constexpr double factor_max = 2.0;
  [[nodiscard]] bool useful() const {
    return estimated > 0 && actual > 0 && actual <= estimated * factor_max &&
           estimated <= actual * factor_max;
  }
};

struct EstimatedMigration {
  bool complete = false;
  bool dry_run_wrote = false;
  std::vector<EstimateRow> rows;
};

// Estimates, and then migrates through the HTTP API. Nobody else may use the services meanwhile, or
// their calls count too. Switches.
[[nodiscard]] EstimatedMigration migrate_with_estimate(Operator& person, Stage& stage);

}  // namespace cutover::scenarios
