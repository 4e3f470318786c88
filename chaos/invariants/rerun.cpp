// idempotence: a further run changes nothing but its own records.

#include <array>
#include <string>

#include "chaos/invariants/sequel.h"
#include "chaos/invariants/tables.h"

namespace cutover::chaos {
namespace {

using migrate::Fate;

const std::array<std::string, 4> own_records = {"MigrationRuns", "MigrationOutcomes",
                                                "MigrationErrors", "MigrationLease"};

scenarios::MigrationResult migrate_once_more(scenarios::World& world) {
  scenarios::MigrationPlan plan;
  plan.role = "sequel-migrator";
  return migrate_all(world, plan, migrate::Begin::fresh);
}

}  // namespace

Rerun run_again(const Aftermath& aftermath) {
  scenarios::World& world = aftermath.world;
  Rerun rerun;
  if (has_live_traffic(aftermath)) migrate_once_more(world);
  const auto before = world.d1().table_digests(own_records);
  const scenarios::MigrationResult result = migrate_once_more(world);
  rerun.totals = result.run.totals;
  if (!result.complete()) {
    rerun.found.push_back(
        violated("idempotence", "",
                 "a further run, undisturbed, ends as " + std::string(name_of(result.end))));
  }
  const std::int64_t written = rerun.totals[Fate::inserted] + rerun.totals[Fate::updated];
  if (written != 0) {
    rerun.found.push_back(
        violated("idempotence", "", "a further run wrote " + std::to_string(written) + " rows"));
  }
  for (const auto& [table, digest] : world.d1().table_digests(own_records)) {
    const auto same = before.find(table);
    if (same != before.end() && same->second == digest) continue;
    rerun.found.push_back(violated("idempotence", table, "a further run changed this table"));
  }
  return rerun;
}

}  // namespace cutover::chaos
