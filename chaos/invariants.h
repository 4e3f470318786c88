// The invariants of DESIGN section 6 that a storm run is judged by. Each looks at what the run left
// behind, directly and outside of virtual time, and shares no code with what it judges: what a row
// must be is asked of the reference transform.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "chaos/storm_run.h"

namespace cutover::chaos {

struct Invariant {
  std::string_view name;     // as in signatures: "conservation"
  std::string_view promise;  // one sentence
  std::vector<Violation> (*check)(const Aftermath& aftermath);
};

[[nodiscard]] std::span<const Invariant> invariants();

// All of them; empty when all hold.
[[nodiscard]] std::vector<Violation> judge(const Aftermath& aftermath);

}  // namespace cutover::chaos
