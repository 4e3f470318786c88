// Shrinking: from a case that fails to the smallest that fails in the same way.
//
// All of it together: faults, happenings and departures from the order of tasks (delta debugging:
// halves, then one by one), the source's records, and the world: fewer writers, readers,
// operations, gentler conditions. A smaller case is taken only when its failure has the same
// signature. Then each fault and happening that is left is taken out alone, to say what happens
// without it.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "chaos/case_file.h"

namespace cutover::chaos {

struct Without {
  std::string what;       // the fault or happening, for people
  std::string signature;  // of the run without it; "" when all holds then
};

struct Shrunk {
  CaseFile smallest;
  std::uint64_t runs = 0;
  std::vector<Without> without;  // one for each fault and happening that is left

  // Faults, happenings and departures from the order of tasks.
  [[nodiscard]] std::size_t decisions() const;
};

// One line: "migrator d1.batch 'UPDATE MigrationLease' #2: lost_after (it was applied, ...)".
[[nodiscard]] std::string sentence_of(const faults::PlannedFault& fault);

// What a case's run comes to.
[[nodiscard]] StormResult replay(const CaseFile& file);

// `file` must fail. `runs_max` bounds the work; what was found by then is returned.
[[nodiscard]] Shrunk shrink(const CaseFile& file, std::uint64_t runs_max = 5000);

}  // namespace cutover::chaos
