// How the migration ended: that it did, that its fates add up, that "complete" is true.

#include <set>
#include <string>

#include "chaos/invariants/checks.h"
#include "chaos/invariants/tables.h"

namespace cutover::chaos {

std::vector<Violation> check_progress(const Aftermath& aftermath) {
  if (aftermath.broke_down.empty()) return {};
  return {violated("progress", "", "the world could not go on: " + aftermath.broke_down)};
}

std::vector<Violation> check_liveness(const Aftermath& aftermath) {
  const auto& migration = aftermath.migration;
  // A world without migrators, in which nobody started one by hand either, has none to wait for.
  const bool nobody = aftermath.played.migrators == 0 && migration.invocations == 0;
  if (aftermath.finished || nobody) return {};
  return {violated("liveness", "",
                   "the migration was not over two hours after the calm began; last answer: " +
                       std::string(name_of(migration.end)) + " after " +
                       std::to_string(migration.invocations) + " invocations")};
}

std::vector<Violation> check_conservation(const Aftermath& aftermath) {
  std::vector<Violation> found;
  const auto runs = read_rows(aftermath, R"sql(
      SELECT r.run_id, r.listed,
             inserted + updated + unchanged + superseded + empty + expired + rejected + failed +
               pending,
             (SELECT count(*) FROM MigrationOutcomes o WHERE o.run_id = r.run_id),
             r.state, r.pending, r.failed
      FROM MigrationRuns r)sql");
  for (const SqlRow& run : runs) {
    if (as_int(run[1]) != as_int(run[2])) {
      found.push_back(violated("conservation", as_text(run[0]),
                               "listed " + std::to_string(as_int(run[1])) + ", but its fates are " +
                                   std::to_string(as_int(run[2]))));
    }
    if (as_int(run[1]) != as_int(run[3])) {
      found.push_back(violated("conservation", as_text(run[0]),
                               "listed " + std::to_string(as_int(run[1])) +
                                   " keys, but has outcomes of " + std::to_string(as_int(run[3]))));
    }
  }
  const auto counted = read_rows(aftermath, R"sql(
      SELECT r.run_id, o.outcome, count(*),
             CASE o.outcome WHEN 'inserted' THEN r.inserted WHEN 'updated' THEN r.updated
               WHEN 'unchanged' THEN r.unchanged WHEN 'superseded' THEN r.superseded
               WHEN 'empty' THEN r.empty WHEN 'expired' THEN r.expired
               WHEN 'rejected' THEN r.rejected WHEN 'failed' THEN r.failed ELSE r.pending END
      FROM MigrationRuns r JOIN MigrationOutcomes o ON o.run_id = r.run_id
      GROUP BY r.run_id, o.outcome)sql");
  for (const SqlRow& fate : counted) {
    if (as_int(fate[2]) == as_int(fate[3])) continue;
    found.push_back(violated("conservation", as_text(fate[0]),
                             std::to_string(as_int(fate[2])) + " keys are " +
                                 std::string(as_text(fate[1])) + ", but its total says " +
                                 std::to_string(as_int(fate[3]))));
  }
  return found;
}

namespace {

// Every rejected or failed key has a reason, in the outcome and among the errors.
void check_reasons(const Aftermath& aftermath, std::vector<Violation>& found) {
  for (const SqlRow& row : read_rows(aftermath, R"sql(
      SELECT o.key, o.outcome FROM MigrationOutcomes o
      WHERE o.run_id = (SELECT run_id FROM MigrationRuns ORDER BY rowid DESC LIMIT 1)
        AND o.outcome IN ('rejected', 'failed')
        AND (ifnull(o.reason, '') = '' OR NOT EXISTS
             (SELECT 1 FROM MigrationErrors e WHERE e.run_id = o.run_id AND e.key = o.key)))sql")) {
    found.push_back(violated("complete_means_complete", as_text(row[0]),
                             "is " + std::string(as_text(row[1])) + " without a recorded reason"));
  }
}

}  // namespace

std::vector<Violation> check_complete(const Aftermath& aftermath) {
  const auto newest = read_rows(
      aftermath,
      "SELECT run_id, state, pending, failed FROM MigrationRuns ORDER BY rowid DESC LIMIT 1");
  std::vector<Violation> found;
  if (newest.empty()) {
    if (aftermath.finished && aftermath.migration.complete()) {
      found.push_back(violated("complete_means_complete", "", "it says complete without a run"));
    }
    return found;
  }
  const bool complete = as_text(newest[0][1]) == "complete";
  if (aftermath.finished && is_alone(aftermath.played) &&
      complete != aftermath.migration.complete()) {
    found.push_back(violated("complete_means_complete", as_text(newest[0][0]),
                             "the migrator said " + std::string(name_of(aftermath.migration.end)) +
                                 ", the ledger says " + std::string(as_text(newest[0][1]))));
  }
  if (!complete) return found;
  check_reasons(aftermath, found);
  if (as_int(newest[0][2]) + as_int(newest[0][3]) != 0) {
    found.push_back(violated("complete_means_complete", as_text(newest[0][0]),
                             "it says complete with keys that are pending or failed"));
  }
  std::set<std::string> outcomes;
  for (const SqlRow& row : read_rows(aftermath, R"sql(
      SELECT key FROM MigrationOutcomes
      WHERE run_id = (SELECT run_id FROM MigrationRuns ORDER BY rowid DESC LIMIT 1))sql")) {
    outcomes.emplace(as_text(row[0]));
  }
  const std::int64_t now = aftermath.world.scheduler().wall().seconds();
  for (const KvRecord& source : aftermath.sources) {
    if (!is_source(source.key) || outcomes.contains(source.key)) continue;
    // The entry has ended; what lives under its key was written by live traffic, D1 first.
    if (source.expiration && *source.expiration <= now) continue;
    if (aftermath.world.kv().standing(source.key) == nullptr) continue;
    found.push_back(violated("complete_means_complete", source.key,
                             "the key was there all the time, and the run never saw it"));
  }
  return found;
}

}  // namespace cutover::chaos
