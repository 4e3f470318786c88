// The live system in a storm: an isolate at each location with the whole System, users who search
// and keep libraries through its HTTP interface, and an operator who moves the phases on, and back.
//
// An isolate that dies is replaced a second later, as the platform does. What users were told is
// noted here, for the invariants.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "scenarios/world.h"

namespace cutover::chaos {

struct StormCase;

// One answer to a search.
struct Answered {
  std::string isbn;
  int status = 0;
  std::string title;  // of a 200: as JSON, "null" when it has none
  Duration asked{0};  // of the world's time
  Duration answered{0};
};

// What one user's entry may be: what was confirmed last, and what was tried after it and got no
// clear answer.
struct ShelfNote {
  bool confirmed = false;
  std::set<std::string> statuses;  // that the entry may have now
};

struct LiveRecord {
  std::vector<Answered> answers;
  std::map<std::pair<std::string, std::string>, ShelfNote> shelves;  // by user and ISBN
  std::int64_t isolates = 0;                                         // that were started
  std::int64_t moves = 0;  // of the phase, rollbacks included
  std::int64_t rollbacks = 0;
  std::string last_phase;
  std::int64_t deploys = 0;  // of a new version: every isolate is replaced
};

// Starts it all in the world. `record` must outlive the world's run.
void start_live_system(scenarios::World& world, const StormCase& played, LiveRecord& record);

// One request that an operator sends by hand, from an isolate of its own.
void request_by_hand(scenarios::Isolate& isolate, const std::string& path, const std::string& body);

}  // namespace cutover::chaos
