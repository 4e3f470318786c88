// What the drills showed as the report's tables. Pure. A row's verdict counts in the report.
#pragma once

#include <vector>

#include "reports/table.h"
#include "scenarios/drills/criteria.h"
#include "scenarios/drills/drill.h"
#include "scenarios/drills/outages.h"
#include "scenarios/drills/provocations.h"
#include "scenarios/drills/rollbacks.h"

namespace cutover::scenarios {

[[nodiscard]] reports::Table risk_table(const std::vector<DrillRow>& rows);
[[nodiscard]] reports::Table rollback_table(const std::vector<RollbackRow>& rows);
[[nodiscard]] reports::Table criterion_table(const std::vector<CriterionRow>& rows);
[[nodiscard]] reports::Table outage_table(const std::vector<OutageRow>& rows);
[[nodiscard]] reports::Table breaker_table(const std::vector<BreakerRow>& rows);
[[nodiscard]] reports::Table provocation_table(const std::vector<ProvocationRow>& rows);

}  // namespace cutover::scenarios
