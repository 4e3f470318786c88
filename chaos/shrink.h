// Shrinking: from a case that fails to the smallest that fails in the same way.
//
// Faults first (delta debugging: halves, then one by one), then the world: fewer keys, writers,
// readers, operations and a second migrator, and faults again. A smaller case is taken only when
// its failure has the same signature. Then each fault that is left is taken out alone, to say what
// happens without it.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "chaos/case_file.h"

namespace cutover::chaos {

struct WithoutFault {
  faults::PlannedFault fault;
  std::string signature;  // of the run without it; "" when all holds then
};

struct Shrunk {
  CaseFile smallest;
  std::uint64_t runs = 0;
  std::vector<WithoutFault> without;  // one for each fault that is left
};

// What a case's run comes to.
[[nodiscard]] StormResult replay(const CaseFile& file);

// `file` must fail. `runs_max` bounds the work; what was found by then is returned.
[[nodiscard]] Shrunk shrink(const CaseFile& file, std::uint64_t runs_max = 5000);

}  // namespace cutover::chaos
