// Steps of verify: the migration once more, interrupted, twice at once, beside live traffic, and
// again from the same seed. What must be the same is the same.

#include "core/ports/check.h"
#include "core/ports/random.h"
#include "scenarios/kill_list.h"
#include "scenarios/rehearsal.h"

namespace cutover::scenarios {
namespace {

using migrate::Begin;
using migrate::Fate;

std::string what_differs(const FinalState& left, const FinalState& right) {
  std::string names;
  if (left.books != right.books) names += " books";
  if (left.outcomes != right.outcomes) names += " outcomes";
  if (left.totals != right.totals) names += " totals (" + left.totals + " / " + right.totals + ")";
  if (left.library != right.library) names += " library";
  return names.empty() ? "nothing" : names.substr(1);
}

// The rehearsal's dump as it was migrated, in a world of its own.
std::unique_ptr<World> prepared_world(const Rehearsal& rehearsal, sim::FaultPlan& plan,
                                      const WorldOptions& options) {
  auto world = rehearsal.new_world(plan, options);
  apply_schema(*world);
  return world;
}

// Random calls of the migration to kill at, before or after their effect.
std::map<std::uint64_t, sim::Ending> random_kills(RandomStream& random, std::uint64_t calls) {
  constexpr int kills_per_run = 4;
  std::map<std::uint64_t, sim::Ending> kills;
  for (int i = 0; i < kills_per_run; ++i) {
    kills[random.below(calls)] =
        random.chance(1, 2) ? sim::Ending::killed_before : sim::Ending::killed_after;
  }
  return kills;
}

}  // namespace

void run_again(Rehearsal& rehearsal) {
  StepRecord step(rehearsal, "migrate a second time");
  World& world = *rehearsal.world;
  const FinalState before = final_state(world.d1());
  const MigrationResult result = migrate_all(world, rehearsal.migration_plan(), Begin::fresh);
  const FinalState after = final_state(world.d1());
  const migrate::Totals& totals = result.run.totals;
  const bool unchanged = before.books == after.books && before.library == after.library &&
                         totals[Fate::inserted] == 0 && totals[Fate::updated] == 0;
  const std::string what = with_commas(totals[Fate::unchanged]) + " unchanged, " +
                           with_commas(totals[Fate::inserted] + totals[Fate::updated]) +
                           " written; Books and UserLibrary are " +
                           (unchanged ? "as before" : "not as before");
  rehearsal.show("R2.4", result.complete() && unchanged, "second run: " + what, step.name());
  step.end(result.complete() && unchanged, what);
}

void run_interrupted(Rehearsal& rehearsal) {
  StepRecord step(rehearsal, "interrupt and resume");
  RandomStream random(rehearsal.options.seed, "kill points");
  std::int64_t kills = 0;
  int equal = 0;
  std::string differs;
  for (int run = 0; run < rehearsal.options.interrupted_runs; ++run) {
    rehearsal.progress.went_on(run, rehearsal.options.interrupted_runs);
    KillList plan("migrator", random_kills(random, rehearsal.migrator_calls));
    auto world = prepared_world(rehearsal, plan, rehearsal.world_options);
    const MigrationResult result = migrate_all(*world, rehearsal.migration_plan(), Begin::fresh);
    kills += result.kills;
    const FinalState state = final_state(world->d1());
    if (result.complete() && state == *rehearsal.migrated) {
      equal += 1;
    } else {
      differs = "; differs in: " + what_differs(*rehearsal.migrated, state);
    }
  }
  const bool all = equal == rehearsal.options.interrupted_runs && kills > 0;
  const std::string what = std::to_string(rehearsal.options.interrupted_runs) + " runs killed " +
                           std::to_string(kills) + " times in all; " + std::to_string(equal) +
                           " ended with the rows, outcomes and totals of the uninterrupted run" +
                           differs;
  rehearsal.show("R2.7", all, what, step.name());
  step.end(all, what);
}

void run_two_at_once(Rehearsal& rehearsal) {
  StepRecord step(rehearsal, "two migrators at once");
  auto world = prepared_world(rehearsal, rehearsal.no_faults, rehearsal.world_options);
  const MigrationPlan plan = rehearsal.migration_plan();
  int refused = 0;
  // Both start at the same moment; the second also tries again in the middle of the first's work.
  for (const char* role : {"migrator", "second"}) {
    world->start(role, 0, plan.invocation, [&plan, &refused](Isolate& isolate) {
      for (int attempt = 0; attempt < 3; ++attempt) {
        migrate::Migrator migrator(isolate.kv, isolate.d1, isolate.runtime, isolate.telemetry,
                                   plan.options);
        const auto report = migrator.step(Begin::resume);
        if (report && report->end == migrate::StepEnd::nothing) {
          const auto fresh = migrator.step(Begin::fresh);
          if (fresh && fresh->end == migrate::StepEnd::busy) refused += 1;
        } else if (report && report->end == migrate::StepEnd::busy) {
          refused += 1;
        }
        isolate.runtime.sleep(std::chrono::milliseconds(700));
      }
    });
  }
  world->run();
  const MigrationResult result = migrate_all(*world, plan, Begin::resume);
  const FinalState state = final_state(world->d1());
  const bool same = result.complete() && state.books == rehearsal.migrated->books;
  const std::string what = std::to_string(refused) +
                           " starts were refused while the other held the lease; Books is " +
                           (same ? "as after one migrator" : "not as after one migrator");
  rehearsal.show("R2.16", same && refused > 0, what, step.name());
  step.end(same && refused > 0, what);
}

void run_beside_live_traffic(Rehearsal& rehearsal) {
  StepRecord step(rehearsal, "migrate beside live traffic");
  auto world = prepared_world(rehearsal, rehearsal.no_faults, rehearsal.world_options);
  // Rows that live traffic wrote: one before the run, the others while it goes on.
  auto chosen = rehearsal.world->d1().connection().run(
      {"SELECT isbn FROM Books ORDER BY content_hash LIMIT 20", {}});
  CUTOVER_CHECK(chosen.has_value(), "a migrated database has Books");
  const auto write_live = [](Database& database, const SqlValue& isbn) {
    return database.query({R"sql(
        INSERT INTO Books (isbn, title, authors, canonical_metadata, origin, content_hash)
        VALUES (?1, 'live', '["live"]', '{"live":true}', 'live', 'live')
        ON CONFLICT(isbn) DO UPDATE SET title = 'live', authors = '["live"]',
          canonical_metadata = '{"live":true}', origin = 'live', content_hash = 'live',
          version = Books.version + 1, updated_at = unixepoch())sql",
                           {isbn}});
  };
  std::size_t written = 0;
  world->start("live", 1, no_limits(), [&](Isolate& isolate) {
    for (const SqlRow& row : chosen->rows) {
      if (write_live(isolate.d1, row[0])) written += 1;
      isolate.runtime.sleep(std::chrono::milliseconds(50));
    }
  });
  const MigrationResult result = migrate_all(*world, rehearsal.migration_plan(), Begin::fresh);
  std::size_t kept = 0;
  for (const SqlRow& row : chosen->rows) {
    auto title =
        world->d1().connection().run({"SELECT title FROM Books WHERE isbn = ?1", {row[0]}});
    if (title && title->rows.size() == 1 && as_text(title->rows[0][0]) == "live") kept += 1;
  }
  const bool all = result.complete() && written == chosen->rows.size() && kept == written;
  const std::string what = std::to_string(written) + " rows written by live traffic, " +
                           std::to_string(kept) + " of them kept; " +
                           with_commas(result.run.totals[Fate::superseded]) +
                           " source entries superseded";
  rehearsal.show("R2.15", all, what, step.name());
  step.end(all, what);
}

void run_for_digest(Rehearsal& rehearsal) {
  StepRecord step(rehearsal, "repeat from the same seed");
  std::vector<std::string> digests;
  for (const auto mode : {sim::Scheduler::Mode::fibers, sim::Scheduler::Mode::fibers,
                          sim::Scheduler::Mode::handoff}) {
    WorldOptions options = rehearsal.world_options;
    options.mode = mode;
    auto world = prepared_world(rehearsal, rehearsal.no_faults, options);
    const auto result = migrate_all(*world, rehearsal.migration_plan(), Begin::fresh);
    digests.push_back(result.complete() ? world->scheduler().history().digest() : "incomplete");
  }
  const bool same = digests[0] == digests[1] && digests[0] == digests[2];
  const std::string what = "history digest " + digests[0] + ", again " + digests[1] +
                           ", on hand-off threads " + digests[2];
  rehearsal.show("R8.3", same, what, step.name());
  step.end(same, what);
}

}  // namespace cutover::scenarios
