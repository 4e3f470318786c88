#include "chaos/invariants/sequel.h"

#include <exception>

#include "chaos/invariants/tables.h"

namespace cutover::chaos {
namespace {

constexpr std::uint64_t small_keys = 30;
constexpr std::uint64_t one_in = 8;
constexpr std::uint64_t one_live_in = 4;
// What locations remember of KV, and leases, are over then.
constexpr Duration settled = std::chrono::seconds(130);

void add(std::vector<Violation>& found, std::vector<Violation> more) {
  found.insert(found.end(), more.begin(), more.end());
}

}  // namespace

bool sequel_is_due(const StormCase& played) {
  if (played.isolates > 0) return played.seed % one_live_in == 0;
  return played.keys <= small_keys || played.seed % one_in == 0;
}

std::vector<Violation> play_sequel(const Aftermath& aftermath) {
  std::vector<Violation> found;
  // A run that never ended, or that gave keys up, has been told of already.
  if (!aftermath.finished || !aftermath.migration.complete()) return found;
  try {
    if (aftermath.played.isolates == 0 && aftermath.written.empty()) {
      add(found, compare_with_undisturbed(aftermath));
    }
    aftermath.world.wait(settled);
    Rerun rerun = run_again(aftermath);
    const bool through = rerun.found.empty();
    add(found, std::move(rerun.found));
    if (!through) return found;
    add(found, validate_damages(aftermath));
    if (aftermath.played.isolates > 0) add(found, live_on(aftermath, rerun.totals));
  } catch (const std::exception& error) {
    found.push_back(violated("progress", "", std::string("after the storm: ") + error.what()));
  }
  return found;
}

}  // namespace cutover::chaos
