// Fiber: a strand on a stack of its own, switched by Boost.Context within one OS thread.
//
// Each fiber keeps its own C++ exception state: without that, two fibers that switch inside a
// catch block and then rethrow get each other's exception (docs/adr/0001-stackful-fibers.md).
#pragma once

#include <functional>
#include <memory>

#include "fakes/sim/stack_pool.h"
#include "fakes/sim/strand.h"

namespace cutover::sim {

// `body` must let no exception out. The pool must outlive the fiber. `in_order`: ThreadSanitizer
// takes every switch for a happens-before; otherwise a switch orders nothing.
[[nodiscard]] std::unique_ptr<Strand> make_fiber(StackPool& stacks, bool in_order,
                                                 std::function<void()> body);

}  // namespace cutover::sim
