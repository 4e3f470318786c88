#include "scenarios/phases/phases.h"

namespace cutover::scenarios {

PhasesResult rehearse_phases(const PhasesOptions& options) {
  PhasesResult result;
  rehearse_staging(options, result);
  rehearse_production(options, result);
  return result;
}

}  // namespace cutover::scenarios
