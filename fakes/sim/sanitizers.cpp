#include "fakes/sim/sanitizers.h"

#include <thread>

extern "C" {
// NOLINTBEGIN(bugprone-reserved-identifier): the sanitizers' own names.
[[gnu::weak]] void __tsan_acquire(void* address);
[[gnu::weak]] void __tsan_release(void* address);
[[gnu::weak]] void* __tsan_get_current_fiber();
[[gnu::weak]] void* __tsan_create_fiber(unsigned flags);
[[gnu::weak]] void __tsan_destroy_fiber(void* fiber);
[[gnu::weak]] void __tsan_switch_to_fiber(void* fiber, unsigned flags);
[[gnu::weak]] void AnnotateIgnoreReadsBegin(const char* file, int line);
[[gnu::weak]] void AnnotateIgnoreReadsEnd(const char* file, int line);
[[gnu::weak]] void AnnotateIgnoreWritesBegin(const char* file, int line);
[[gnu::weak]] void AnnotateIgnoreWritesEnd(const char* file, int line);
[[gnu::weak]] void AnnotateIgnoreSyncBegin(const char* file, int line);
[[gnu::weak]] void AnnotateIgnoreSyncEnd(const char* file, int line);
[[gnu::weak]] void __sanitizer_start_switch_fiber(void** kept, const void* bottom,
                                                  std::size_t size);
[[gnu::weak]] void __sanitizer_finish_switch_fiber(void* kept, const void** bottom,
                                                   std::size_t* size);
[[gnu::weak]] void __asan_unpoison_memory_region(const volatile void* address, std::size_t size);
// NOLINTEND(bugprone-reserved-identifier)
}

namespace cutover::sim {
namespace {

// ThreadSanitizer's flag for a switch that creates no happens-before.
constexpr unsigned kSwitchWithoutSync = 1;

// The standard library counts references without atomics until the program has had a second
// thread. In a world every task counts as a thread, so that would look like a race.
bool count_references_in_order() {
  std::thread([] {}).join();
  return true;
}

}  // namespace

void happens_before(const void* address) {
  if (__tsan_release) __tsan_release(const_cast<void*>(address));
}

void happens_after(const void* address) {
  if (__tsan_acquire) __tsan_acquire(const_cast<void*>(address));
}

Quiet::Quiet() {
  if (!AnnotateIgnoreSyncBegin) return;
  AnnotateIgnoreReadsBegin(__FILE__, __LINE__);
  AnnotateIgnoreWritesBegin(__FILE__, __LINE__);
  AnnotateIgnoreSyncBegin(__FILE__, __LINE__);
}

Quiet::~Quiet() {
  if (!AnnotateIgnoreSyncEnd) return;
  AnnotateIgnoreSyncEnd(__FILE__, __LINE__);
  AnnotateIgnoreWritesEnd(__FILE__, __LINE__);
  AnnotateIgnoreReadsEnd(__FILE__, __LINE__);
}

void announce_stack(void** kept, const void* bottom, std::size_t size) {
  if (__sanitizer_start_switch_fiber) __sanitizer_start_switch_fiber(kept, bottom, size);
}

void entered_stack(void* kept, const void** left_bottom, std::size_t* left_size) {
  if (__sanitizer_finish_switch_fiber) {
    __sanitizer_finish_switch_fiber(kept, left_bottom, left_size);
  }
}

void forget_stack_frames(const void* bottom, std::size_t size) {
  if (__asan_unpoison_memory_region) __asan_unpoison_memory_region(bottom, size);
}

void* tsan_current_fiber() {
  return __tsan_get_current_fiber ? __tsan_get_current_fiber() : nullptr;
}

void* tsan_create_fiber() {
  if (!__tsan_create_fiber) return nullptr;
  static const bool is_threaded = count_references_in_order();
  static_cast<void>(is_threaded);
  return __tsan_create_fiber(0);
}

void tsan_destroy_fiber(void* fiber) {
  if (__tsan_destroy_fiber && fiber != nullptr) __tsan_destroy_fiber(fiber);
}

// The return address of this function is not on ThreadSanitizer's shadow stack, since this file is
// not instrumented: a switch inside an instrumented function would unbalance it.
void tsan_switch_to_fiber(void* fiber, bool in_order) {
  if (__tsan_switch_to_fiber) __tsan_switch_to_fiber(fiber, in_order ? 0 : kSwitchWithoutSync);
}

bool tsan_is_running() {
  return __tsan_create_fiber != nullptr;
}

}  // namespace cutover::sim
