// Sanitizers: what the simulation tells AddressSanitizer and ThreadSanitizer, and nothing else.
//
// Every function does nothing in an ordinary build: the sanitizers' entry points are weak symbols,
// found only when their runtime is linked in. Under ThreadSanitizer this folder is compiled without
// instrumentation (fakes/CMakeLists.txt), so only what is said here orders two tasks: a lock, a
// spawn, the end of a task group, a wake. Whatever else two tasks share is reported as a data race.
#pragma once

#include <cstddef>

namespace cutover::sim {

// What was done before happens_before(address) is visible after happens_after(address).
// Without effect inside a Quiet section.
void happens_before(const void* address);
void happens_after(const void* address);

// The simulator's own state is shared by all tasks of a world without any order that the code under
// test could rely on. A Quiet section hides accesses and locks from ThreadSanitizer.
class Quiet {
 public:
  Quiet();
  ~Quiet();
  Quiet(const Quiet&) = delete;
  Quiet& operator=(const Quiet&) = delete;
};

// AddressSanitizer must know which stack runs. `kept` holds the stack's fake frames while it does
// not run; null when it never runs again.
void announce_stack(void** kept, const void* bottom, std::size_t size);
void entered_stack(void* kept, const void** left_bottom, std::size_t* left_size);
void forget_stack_frames(const void* bottom, std::size_t size);

// ThreadSanitizer sees each fiber as a thread of its own. All are null in other builds.
[[nodiscard]] void* tsan_current_fiber();
[[nodiscard]] void* tsan_create_fiber();
void tsan_destroy_fiber(void* fiber);
void tsan_switch_to_fiber(void* fiber, bool in_order);  // in_order: a happens-before
[[nodiscard]] bool tsan_is_running();

}  // namespace cutover::sim
