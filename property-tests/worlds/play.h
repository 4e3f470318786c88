// Playing a drawn world, and what came of it.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "chaos/case_file.h"
#include "property-tests/worlds/drawn_world.h"

namespace cutover::worlds {

struct Played {
  chaos::CaseFile file;  // plays it again
  chaos::StormResult result;
  std::vector<std::string> disagreements;  // with the model

  [[nodiscard]] bool holds() const { return result.violations.empty() && disagreements.empty(); }
};

// Called with the world's end, before the model looks at it; for tests that spoil something.
using AtEnd = std::function<void(const chaos::Aftermath& end)>;

[[nodiscard]] Played play(const DrawnWorld& drawn, const AtEnd& at_end = {});

// What did not hold, and the case file as JSON: the last thing that RapidCheck prints is that of
// the smallest world. Also written to the file that CUTOVER_WORLD_CASE names, or to
// world-case.json: of all failures of one property the last one written is the smallest.
[[nodiscard]] std::string report(const Played& played);

// The case file in such a text; "" when there is none.
[[nodiscard]] std::string case_in(const std::string& text);

}  // namespace cutover::worlds
