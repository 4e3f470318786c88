// The differences between workerd and the fakes that are known and wanted. Being on this list is
// the only way in which a difference is tolerated, and each entry is a row of docs/FIDELITY.md,
// which says why. The fake may be stricter than workerd, never looser, unless it is workerd that
// errs.
#pragma once

#include <span>
#include <string_view>

#include "tests/conformance/json_values.h"

namespace cutover::conformance {

struct KnownDifference {
  std::string_view name;  // as in docs/FIDELITY.md
  // Of this operation, is this one it? As narrow as can be.
  bool (*explains)(const Json& operation, const Difference& difference);
  // Afterwards the two stores hold different things, so the rest of the sequence says nothing.
  bool parts_ways = false;
};

[[nodiscard]] std::span<const KnownDifference> known_differences();

// The entry that explains it; null when there is none.
[[nodiscard]] const KnownDifference* explanation(const Json& operation,
                                                 const Difference& difference);

}  // namespace cutover::conformance
