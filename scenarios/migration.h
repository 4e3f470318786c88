// One whole migration in a world, driven as an operator would: invocation after invocation,
// starting again after a kill, waiting when told to wait.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "core/migrate/migrator.h"
#include "scenarios/world.h"

namespace cutover::scenarios {

struct MigrationPlan {
  migrate::MigratorOptions options;
  Budget invocation = paid_plan_2026();
  std::string role = "migrator";
  std::size_t location = 0;
  std::int64_t invocations_max = 100'000;
  std::int64_t failures_max = 100;  // invocations that end with a service's failure, then give up
  // Called after each invocation that reported a run; for progress.
  std::function<void(const migrate::Run&)> progress;
};

struct MigrationResult {
  migrate::StepEnd end = migrate::StepEnd::more;
  migrate::Run run;
  std::int64_t invocations = 0;
  std::int64_t kills = 0;
  std::int64_t failures = 0;  // invocations that ended with a service's failure
  std::optional<Failure> last_failure;
  Duration virtual_time{0};

  [[nodiscard]] bool complete() const { return end == migrate::StepEnd::complete; }
};

// Applies the schema migrations; a failure to do so is a broken invariant of the scenario.
void apply_schema(World& world);

// The image of a database with the schema and no rows, for D1Service::restore: made once, on the
// first call, so that worlds by the thousand can begin with it. Any thread.
[[nodiscard]] const std::string& database_with_schema();

// Until the run is complete, failed or paused, or invocations run out.
MigrationResult migrate_all(World& world, const MigrationPlan& plan, migrate::Begin begin);

}  // namespace cutover::scenarios
