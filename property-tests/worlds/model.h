// The model of a drawn world: what may stand in D1 and KV at the end, by the sources, by what live
// writers wrote and by what D1 confirmed. A few rules over maps and sets; it knows neither a ledger
// nor an order of calls, and shares no code with the invariants beyond reading tables.
//
//   D1   A book has a title that a source or a writer gave it. Where D1 confirmed a write, the
//        newest confirmed one stands, or one that is newer. A complete migration brought every
//        source that lives on. Without a migration nothing was brought.
//   KV   What no one writes stands as it was, until its life ends, and then is gone. What was
//        written is one of the values that it ever had, and does not disappear. A read at any
//        location gives this once the location has forgotten what it knew before. With the live
//        system, whose caches fill and empty, only the titles are looked at.
//
// To be asked before the world is judged, which changes it.
#pragma once

#include <string>
#include <vector>

#include "chaos/storm_run.h"

namespace cutover::worlds {

// One sentence for each thing that is otherwise; empty: the end agrees with the model.
[[nodiscard]] std::vector<std::string> disagreements(const chaos::Aftermath& end);

}  // namespace cutover::worlds
