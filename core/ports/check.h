// Assertions: invariants of our own code. A broken one is a programmer error, so the program stops
// at once and says where; a service's failure is an Outcome instead (ports/outcome.h).
#pragma once

namespace cutover {

// Prints the condition, its place and the reason, then aborts.
[[noreturn]] void check_failed(const char* condition, const char* file, int line,
                               const char* reason);

}  // namespace cutover

// On in every build, release included: a harness that goes on after a broken invariant would
// report a verdict that means nothing.
#define CUTOVER_CHECK(condition, reason) \
  (static_cast<bool>(condition)          \
       ? static_cast<void>(0)            \
       : ::cutover::check_failed(#condition, __FILE__, __LINE__, (reason)))
