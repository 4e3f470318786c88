// The sequel: what a world does after the storm was judged, in peace: run the migration again,
// compare, be damaged on purpose, cut over and roll back. It changes the world, so it comes last.
//
// It costs about as much as the run before it, so it is played for small worlds without the live
// system, and for one seed in so many of the others. Its processes' roles begin with "sequel",
// which no decision of a case names; the storm is over. Same seed, same sequel.
#pragma once

#include <vector>

#include "chaos/storm_run.h"

namespace cutover::chaos {

[[nodiscard]] bool sequel_is_due(const StormCase& played);

// What it found. An exception that the world threw is one of progress.
[[nodiscard]] std::vector<Violation> play_sequel(const Aftermath& aftermath);

// ---- Its parts, each callable alone ----

// idempotence: a further migration changes nothing. Where live traffic went on, one more run comes
// first, which brings over what only KV was told. Empty fates: it did not get through.
struct Rerun {
  std::vector<Violation> found;
  migrate::Totals totals;
};
[[nodiscard]] Rerun run_again(const Aftermath& aftermath);

// honest_validation: the core's own comparison finds a clean end clean, and each damage.
[[nodiscard]] std::vector<Violation> validate_damages(const Aftermath& aftermath);

// resumability: a world of the same sources that nobody disturbed ends with the same rows and
// totals. For worlds without live traffic.
[[nodiscard]] std::vector<Violation> compare_with_undisturbed(const Aftermath& aftermath);

// The live system: dry run, status, shelves, cutover, backends that are down, rollback, cutover
// again (day_after.h).
[[nodiscard]] std::vector<Violation> live_on(const Aftermath& aftermath,
                                             const migrate::Totals& rerun);

}  // namespace cutover::chaos
