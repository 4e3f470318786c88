// DrawnWorld: a small world, what befalls it and which calls go wrong, as RapidCheck draws and
// shrinks it.
//
// Commands are data, and a world is played in one piece (chaos/storm_run.h). So this is a vector of
// commands with RapidCheck's own shrinking, not rc::state: that would want to stop the world after
// every command, and to know beforehand what is possible then. Here a command that finds nothing to
// befall is idle, which every world allows.
//
// Every number is drawn by itself and made to fit afterwards (case_of), so that each can shrink
// alone.
#pragma once

#include <cstdint>
#include <iosfwd>
#include <vector>

#include <rapidcheck.h>

#include "chaos/storm_case.h"

namespace cutover::worlds {

// One happening (chaos/happening.h). `target` and `amount` are any numbers: taken modulo what there
// is.
struct Command {
  chaos::Happen what = chaos::Happen::write_book;
  std::uint64_t at_ms = 0;  // of the world's time; when the storm is shorter, at its end
  std::uint64_t target = 0;
  std::uint64_t amount = 0;
};

// A fault at the call number `ordinal` of a role. Which one is `choice` modulo what can happen to
// this call: only when it is made, it is known what it is.
struct DrawnFault {
  std::uint64_t role = 0;     // modulo the roles that there are
  std::uint64_t ordinal = 0;  // from 0, over all incarnations of the role
  std::uint64_t choice = 0;
  std::uint64_t size = 0;  // as faults::PlannedFault has it
};

struct DrawnWorld {
  chaos::StormCase world;  // numbers only
  std::vector<Command> commands;
  std::vector<DrawnFault> faults;
};

// Up to 12 keys, 2 migrators, 2 isolates, 2 writers, 2 readers, 12 commands and 6 faults.
[[nodiscard]] rc::Gen<DrawnWorld> any_world();

// The world with its commands as happenings. Commands that such a world does not know are left out.
[[nodiscard]] chaos::StormCase case_of(const DrawnWorld& drawn);

// What RapidCheck prints of it: one line for the world, one for each happening and fault.
void showValue(const DrawnWorld& drawn, std::ostream& out);

}  // namespace cutover::worlds

namespace rc {
template <>
struct Arbitrary<cutover::worlds::DrawnWorld> {
  static Gen<cutover::worlds::DrawnWorld> arbitrary() { return cutover::worlds::any_world(); }
};
}  // namespace rc
