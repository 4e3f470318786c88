// FinalState: what a migration left behind, as digests that two runs can be compared by.
//
// Left out on purpose, and nothing else: points in time (created_at, updated_at, recorded_at, ...)
// and the chunk numbers that depend on where a run was interrupted.
#pragma once

#include <string>

#include "fakes/d1/d1_service.h"

namespace cutover::scenarios {

struct FinalState {
  std::string books;     // every row of Books: all columns of the transform, origin and version
  std::string outcomes;  // fate, reason and marks of every key of the newest run
  std::string totals;    // the newest run's totals as text, its state included
  std::string library;   // every row of UserLibrary

  friend bool operator==(const FinalState&, const FinalState&) = default;
};

// Reads the database directly, outside of virtual time.
FinalState final_state(fakes::D1Service& d1);

}  // namespace cutover::scenarios
