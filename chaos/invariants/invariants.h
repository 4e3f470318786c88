// The invariants of DESIGN section 6 that a storm run is judged by.
//
// Most look at what the run left behind, directly and outside of virtual time (`check`); some watch
// it while it goes on, because only then can be seen in which order things happened (watch.h); and
// some let the world live on after the storm, undisturbed (sequel.h). None shares code with what it
// judges: what a row must be is asked of the reference transform.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "chaos/storm_run.h"

namespace cutover::chaos {

struct Invariant {
  std::string_view name;     // as in signatures, for ever: "conservation"
  std::string_view promise;  // one sentence
  // Null: what is found of it comes from a watch or from the sequel.
  std::vector<Violation> (*check)(const Aftermath& aftermath);
};

// All of them, in the order of DESIGN section 6.
[[nodiscard]] std::span<const Invariant> invariants();

// What the end and the watches say; then, where it is due, the sequel. Empty when all hold.
[[nodiscard]] std::vector<Violation> judge(const Aftermath& aftermath);

}  // namespace cutover::chaos
