// The go-live checklist (R6.6): nine checks before, filled from evidence, and six after, which are
// what monitoring showed. The five approvals are people's, and stay open here. Pure.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "reports/evidence.h"
#include "scenarios/phases/phases.h"

namespace cutover::scenarios {

// A check and what is behind it; nothing: no evidence, which is not a pass.
struct CheckFinding {
  std::optional<bool> holds;
  std::string evidence;
};

// What the nine checks ask for, in the plan's order.
struct PreChecks {
  CheckFinding staging;      // Staging migration completed successfully
  CheckFinding unit_tests;   // All unit tests passing (90%+ coverage)
  CheckFinding integration;  // All integration tests passing
  CheckFinding load;         // Load tests meet performance targets
  CheckFinding integrity;    // Data integrity validated (KV and D1 match)
  CheckFinding rollback;     // Rollback procedure tested
  CheckFinding dashboards;   // Monitoring dashboards configured
  CheckFinding agent;        // cf-ops-monitor agent ready
  CheckFinding runbook;      // Runbook documented
};

// Those that the phases answer: staging, integration, load, integrity.
[[nodiscard]] PreChecks checked_by(const PhasesResult& phases);

[[nodiscard]] std::vector<reports::ChecklistItem> checklist(const PreChecks& before,
                                                            const PhasesResult& phases);

// The five roles of the plan, open.
[[nodiscard]] std::vector<reports::Approval> open_approvals();

}  // namespace cutover::scenarios
