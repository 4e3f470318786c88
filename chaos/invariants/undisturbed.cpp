// resumability: an interrupted and resumed run ends where an uninterrupted one ends, totals
// included.

#include <array>
#include <string>

#include "chaos/invariants/sequel.h"
#include "chaos/invariants/tables.h"

namespace cutover::chaos {
namespace {

// When and by which chunk a row was written is the run's own business.
const std::array<std::string, 4> own_marks = {"Books.created_at", "Books.updated_at",
                                              "Books.version", "Books.written_by"};

std::string books_of(scenarios::World& world) {
  return world.d1().table_digests(own_marks).at("Books");
}

}  // namespace

std::vector<Violation> compare_with_undisturbed(const Aftermath& aftermath) {
  // A record that ends during the storm is seen by the one and not by the other.
  if (aftermath.played.expiring_per_mille > 0) return {};
  sim::FaultPlan no_faults;
  scenarios::WorldOptions options;
  options.seed = aftermath.played.seed;
  scenarios::World calm(options, no_faults);
  calm.d1().restore(scenarios::database_with_schema());
  for (const KvRecord& source : aftermath.sources) calm.kv().load(source);
  const scenarios::MigrationResult undisturbed = migrate_all(calm, {}, migrate::Begin::fresh);
  std::vector<Violation> found;
  if (!undisturbed.complete()) {
    found.push_back(violated("resumability", "",
                             "an uninterrupted run ends as " +
                                 std::string(name_of(undisturbed.end)) +
                                 ", the interrupted one as complete"));
    return found;
  }
  if (books_of(calm) != books_of(aftermath.world)) {
    found.push_back(
        violated("resumability", "Books", "not the rows that an uninterrupted run leaves"));
  }
  if (!is_alone(aftermath.played)) return found;  // the later one's fates are "unchanged"
  const migrate::Totals& right = undisturbed.run.totals;
  const migrate::Totals& totals = aftermath.migration.run.totals;
  for (const migrate::Fate fate : migrate::all_fates) {
    if (totals[fate] == right[fate]) continue;
    found.push_back(violated("resumability", std::string(name_of(fate)),
                             std::to_string(totals[fate]) + "; an uninterrupted run has " +
                                 std::to_string(right[fate])));
  }
  return found;
}

}  // namespace cutover::chaos
