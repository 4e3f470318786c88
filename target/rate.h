// What a number of bad ones among many says about a limit in per cent.
//
// Seeing none among ten does not show that it is less than one in a thousand. A limit is held when
// the whole was seen, or when so few bad ones would be seen in at most one of twenty samples if the
// true rate were the limit (with none seen, that is the rule of three: 3 / limit).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "reports/evidence.h"

namespace cutover::target {

// `limit` between 0 and 1, both excluded: bad / of must be below it. `whole`: these are all there
// are. Of nothing it is unknown.
[[nodiscard]] reports::Verdict judge_rate(std::uint64_t bad, std::uint64_t of, double limit,
                                          bool whole);

// How many must be seen, with so many bad ones among them, before the limit is held.
[[nodiscard]] std::uint64_t needed_for(std::uint64_t bad, double limit);

// The value that `part` (0 to 1) of them do not exceed, by the nearest rank, as the plan's
// latencies[94] of a hundred. `values` must not be empty.
[[nodiscard]] double percentile(std::vector<double> values, double part);

}  // namespace cutover::target
