// Hand-off: a strand that is an OS thread of its own; a baton says whose turn it is.
//
// Slow, and that is all right: it exists to show that fibers change nothing, and as the way out
// where fibers hurt (odd platforms, debuggers, Valgrind).
#pragma once

#include <functional>
#include <memory>

#include "fakes/sim/strand.h"

namespace cutover::sim {

// `body` must let no exception out.
[[nodiscard]] std::unique_ptr<Strand> make_handoff_thread(std::function<void()> body);

}  // namespace cutover::sim
