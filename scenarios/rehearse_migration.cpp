// Steps of verify: the dry run, and the migration itself.

#include <cmath>
#include <cstdio>

#include "reports/figures.h"
#include "scenarios/rehearsal.h"

namespace cutover::scenarios {
namespace {

using migrate::Fate;
using migrate::Totals;

std::string invocations(std::int64_t number) {
  return reports::counted(static_cast<std::uint64_t>(number), "invocation");
}

std::string histogram(const Totals& totals) {
  std::string text;
  for (const Fate fate : migrate::all_fates) {
    if (totals[fate] == 0) continue;
    if (!text.empty()) text += ", ";
    text += with_commas(totals[fate]) + " " + std::string(name_of(fate));
  }
  return text.empty() ? "nothing" : text;
}

std::int64_t writes_to_kv(World& world) {
  return world.kv().counts().put + world.kv().counts().remove;
}

std::string seconds(Duration duration) {
  const double value = std::chrono::duration<double>(duration).count();
  return std::to_string(static_cast<std::int64_t>(std::round(value))) + " s";
}

void fill_fates(Rehearsal& rehearsal, const Totals& totals) {
  rehearsal.report.listed = static_cast<std::uint64_t>(totals.listed);
  for (const Fate fate : migrate::all_fates) {
    rehearsal.report.fates.push_back({std::string(name_of(fate)),
                                      static_cast<std::uint64_t>(totals[fate]),
                                      std::string(meaning_of(fate))});
  }
}

void compare_with_estimate(Rehearsal& rehearsal, const StepRecord& step) {
  const migrate::Estimate& estimate = rehearsal.dry_run->estimate;
  const fakes::D1Counts& d1 = rehearsal.world->d1().counts();
  const Duration actual = rehearsal.migration->virtual_time;
  const double ratio =
      std::chrono::duration<double>(actual) / std::chrono::duration<double>(estimate.duration);
  const bool close = ratio > 0.2 && ratio < 5.0;
  rehearsal.show("R7.5", close,
                 "estimated " + seconds(estimate.duration) + " and " +
                     with_commas(estimate.d1_queries) + " D1 queries; it took " + seconds(actual) +
                     " of virtual time, D1 answered " + with_commas(d1.statements) +
                     " statements in all so far; a factor within " +
                     "0.2 to 5 counts as a useful estimate",
                 step.name());
}

}  // namespace

void run_dry(Rehearsal& rehearsal) {
  StepRecord step(rehearsal, "dry run");
  World& world = *rehearsal.world;
  const std::string before = world.d1().digest();
  const std::int64_t kv_writes = writes_to_kv(world);
  const MigrationPlan plan = rehearsal.migration_plan();
  std::string failed;
  world.invoke("operator", 0, no_limits(), [&](Isolate& isolate) {
    auto report = migrate::dry_run(isolate.kv, isolate.d1, isolate.runtime, isolate.telemetry,
                                   plan.options, {});
    if (report) {
      rehearsal.dry_run = std::move(*report);
    } else {
      failed = describe(report.error());
    }
  });
  if (!rehearsal.dry_run) {
    step.end(false, "it could not be made: " + failed);
    return;
  }
  const bool wrote = world.d1().digest() != before || writes_to_kv(world) != kv_writes;
  const migrate::Estimate& estimate = rehearsal.dry_run->estimate;
  rehearsal.show("R2.8", !wrote, wrote ? "it changed the target" : "it wrote nothing to KV or D1",
                 step.name());
  char cost[32];
  std::snprintf(cost, sizeof cost, "%.2f", estimate.cost_dollars);
  step.end(!wrote, "would be: " + histogram(rehearsal.dry_run->totals) + "; estimate " +
                       seconds(estimate.duration) + ", " + with_commas(estimate.d1_queries) +
                       " D1 queries, " + with_commas(estimate.d1_rows_written) + " billed rows, $" +
                       cost);
}

bool run_migration(Rehearsal& rehearsal) {
  StepRecord step(rehearsal, "migrate");
  World& world = *rehearsal.world;
  MigrationPlan plan = rehearsal.migration_plan();
  const std::int64_t expected = rehearsal.inventory->to_migrate;
  std::int64_t progress_calls = 0;
  plan.progress = [&](const migrate::Run& run) {
    progress_calls += 1;
    rehearsal.progress.went_on(run.totals.listed, expected);
  };
  const std::uint64_t calls_before = world.gate().calls_made();
  rehearsal.migration = migrate_all(world, plan, migrate::Begin::fresh);
  const MigrationResult& result = *rehearsal.migration;
  rehearsal.migrator_calls = world.gate().calls_made() - calls_before;
  rehearsal.migrated = final_state(world.d1());
  const Totals& totals = result.run.totals;
  fill_fates(rehearsal, totals);

  const bool adds_up = totals.add_up() && totals.listed == expected;
  const std::string sum = with_commas(totals.listed) + " listed = " + histogram(totals) +
                          "; the inventory counted " + with_commas(expected);
  rehearsal.show("R0.4", result.complete(), "the core's migrator ran on simulated services",
                 step.name());
  rehearsal.show("R2.1", adds_up, sum, step.name());
  rehearsal.show("R2.14", adds_up, sum, step.name());
  rehearsal.show("R2.3", totals[Fate::failed] == 0,
                 with_commas(totals[Fate::rejected]) + " rejected with a reason, none crashed",
                 step.name());
  rehearsal.show("R2.5", result.complete(),
                 "each transaction read its rows back; a difference would have ended the run",
                 step.name());
  rehearsal.show(
      "R2.2", result.complete(),
      "up to " + std::to_string(plan.options.read.reads_in_flight) + " bulk reads at a time",
      step.name());
  rehearsal.show("R2.12", progress_calls == result.invocations,
                 progress_calls == 1 ? "the run's totals were reported after its only invocation"
                                     : "the run's totals were reported after each of " +
                                           invocations(progress_calls),
                 step.name());
  rehearsal.show("R2.13", result.failures == 0,
                 invocations(result.invocations) + " within 10,000 subrequests, " +
                     "1,000 KV operations and 1,000 D1 queries each; none was refused for budget",
                 step.name());
  if (rehearsal.dry_run) {
    const bool same = rehearsal.dry_run->totals == totals;
    rehearsal.show("R2.8", same,
                   same ? "the run's outcomes equal the dry run's"
                        : "the dry run said: " + histogram(rehearsal.dry_run->totals),
                   step.name());
    compare_with_estimate(rehearsal, step);
  }
  const bool complete = result.complete() && adds_up;
  step.end(complete,
           std::string("the run is ") + std::string(name_of(result.end)) + ": " + sum + "; " +
               invocations(result.invocations) +
               (result.last_failure ? "; last failure: " + describe(*result.last_failure) : ""));
  return complete;
}

}  // namespace cutover::scenarios
