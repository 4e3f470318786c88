#include "scenarios/migration.h"

#include "core/ports/check.h"
#include "core/store/schema_migrations.h"

namespace cutover::scenarios {
namespace {

using migrate::Begin;
using migrate::StepEnd;

// Whoever drives it looks again after this long when a service failed or a process vanished.
constexpr Duration pause_after_trouble = std::chrono::seconds(1);

// Empty when there is none. Read directly: asking costs no virtual time and leaves no event.
std::string newest_run_id(World& world) {
  auto found = world.d1().connection().run(
      {"SELECT run_id FROM MigrationRuns ORDER BY rowid DESC LIMIT 1", {}});
  return found && !found->rows.empty() ? std::string(as_text(found->rows[0][0])) : std::string();
}

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

const std::string& database_with_schema() {
  static const std::string image = [] {
    sim::FaultPlan no_faults;
    World world({}, no_faults);
    apply_schema(world);
    return world.d1().image();
  }();
  return image;
}

MigrationResult migrate_all(World& world, const MigrationPlan& plan, Begin begin) {
  MigrationResult result;
  const Duration started = world.scheduler().now();
  const std::string earlier_run = newest_run_id(world);
  // A fresh run that was killed, failed or kept out before it began is not resumed: what stands in
  // the ledger then is the run before it, and that one is over.
  const auto next_begin = [&] {
    return begin == Begin::fresh && newest_run_id(world) == earlier_run ? Begin::fresh
                                                                        : Begin::resume;
  };
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
      begin = next_begin();
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
    begin = step.end == StepEnd::nothing ? Begin::fresh : next_begin();
    if (step.wait > Duration{0}) world.wait(step.wait);
  }
  result.virtual_time = world.scheduler().now() - started;
  return result;
}

}  // namespace cutover::scenarios
