// How a test compares thousands of random operations: properties of RapidCheck, run until enough
// operations were compared, on one bench.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "tests/conformance/bench.h"

namespace cutover::conformance {

// `draw` draws one sequence (it runs inside a property, so it may use *generators). `play` runs it
// and says what went wrong with workerd itself, if anything did. Afterwards the tally says what was
// compared. Answers with the smallest sequence that differs, or nothing.
using Draw = std::function<std::vector<Json>()>;
using Play = std::function<std::string(const std::vector<Json>& operations, Tally& tally)>;
[[nodiscard]] std::string compare_many(const std::string& name, std::int64_t operations,
                                       const Draw& draw, const Play& play, Tally& tally);

}  // namespace cutover::conformance
