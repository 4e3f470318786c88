// EndState: what both stores say of every book, whoever wrote it: to tell whether trouble left a
// trace. Read directly, outside of virtual time.
//
// Left out: where a row or an entry came from, when, and in which of the source's bytes; the live
// system may have written again what the migration had written.
#pragma once

#include <cstddef>
#include <string>

#include "scenarios/world.h"

namespace cutover::scenarios {

struct EndState {
  std::string d1;  // digest over every row of Books
  std::string kv;  // digest over what the reference transform makes of every book entry
  std::size_t rows = 0;
  std::size_t entries = 0;

  friend bool operator==(const EndState&, const EndState&) = default;
};

[[nodiscard]] EndState end_state(World& world);

}  // namespace cutover::scenarios
