#include "scenarios/migration.h"

#include "core/ports/check.h"
#include "core/store/schema_migrations.h"

namespace cutover::scenarios {
namespace {

using migrate::Begin;
using migrate::StepEnd;

// Whoever drives it looks again after this long when a service failed or a process vanished.
constexpr Duration pause_after_trouble = std::chrono::seconds(1);

bool is_final(StepEnd end) {
  return end == StepEnd::complete || end == StepEnd::failed || end == StepEnd::paused;
}

}  // namespace

void apply_schema(World& world) {
  world.invoke("operator", 0, no_limits(), [](Isolate& isolate) {
    const auto report = store::apply(isolate.d1, store::embedded_migrations(), false);
    CUTOVER_CHECK(report.has_value(), "the schema ledger must be readable");
    CUTOVER_CHECK(report->ok(), "the project's own migrations must apply to an empty database");
  });
}

MigrationResult migrate_all(World& world, const MigrationPlan& plan, Begin begin) {
  MigrationResult result;
  const Duration started = world.scheduler().now();
  while (result.invocations < plan.invocations_max) {
    result.invocations += 1;
    std::optional<Outcome<migrate::StepReport>> report;
    const bool survived =
        world.invoke(plan.role, plan.location, plan.invocation, [&](Isolate& isolate) {
          migrate::Migrator migrator(isolate.kv, isolate.d1, isolate.runtime, isolate.telemetry,
                                     plan.options);
          report = migrator.step(begin);
        });
    if (!survived) result.kills += 1;
    if (!survived || !report || !*report) {
      if (report && !*report) {
        result.failures += 1;
        result.last_failure = report->error();
        if (result.failures >= plan.failures_max) break;
      }
      // What was committed is kept: the next one resumes, or starts when nothing was begun.
      begin = Begin::resume;
      world.wait(pause_after_trouble);
      continue;
    }
    const migrate::StepReport& step = **report;
    result.end = step.end;
    if (step.run) {
      result.run = *step.run;
      if (plan.progress) plan.progress(result.run);
    }
    if (is_final(step.end)) break;
    begin = step.end == StepEnd::nothing ? Begin::fresh : Begin::resume;
    if (step.wait > Duration{0}) world.wait(step.wait);
  }
  result.virtual_time = world.scheduler().now() - started;
  return result;
}

}  // namespace cutover::scenarios
