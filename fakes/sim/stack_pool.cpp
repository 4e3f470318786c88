#include "fakes/sim/stack_pool.h"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <new>

#include "core/ports/check.h"
#include "fakes/sim/sanitizers.h"

namespace cutover::sim {
namespace {

constexpr std::size_t kSmallestPage = 4096;
constexpr std::size_t kRestingUnderTsan = 64;  // stacks

std::size_t page_bytes() {
  return static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
}

void unmap(StackPool::Stack stack) {
  tsan_destroy_fiber(stack.tsan_fiber);
  const std::size_t guard = page_bytes();
  munmap(stack.bottom - guard, StackPool::stack_bytes + guard);
}

}  // namespace

StackPool::~StackPool() {
  CUTOVER_CHECK(in_use_ == 0, "a stack pool must outlive the worlds that use it");
  for (const Stack stack : free_) unmap(stack);
}

StackPool::Stack StackPool::take() {
  ++in_use_;
  if (tsan_is_running() && free_.size() > kRestingUnderTsan) {
    const Stack stack = free_.front();
    free_.pop_front();
    return stack;
  }
  if (!tsan_is_running() && !free_.empty()) {
    const Stack stack = free_.back();  // the one whose pages the caches may still hold
    free_.pop_back();
    return stack;
  }
  const std::size_t guard = page_bytes();
  void* memory = mmap(nullptr, stack_bytes + guard, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (memory == MAP_FAILED || mprotect(memory, guard, PROT_NONE) != 0) {
    --in_use_;
    throw std::bad_alloc();
  }
  ++created_;
  return Stack{static_cast<std::byte*>(memory) + guard, tsan_create_fiber()};
}

void StackPool::give_back(Stack stack) {
  CUTOVER_CHECK(in_use_ > 0, "a stack was given back twice");
  --in_use_;
  // Frames that were left by the last switch never cleaned up behind them.
  forget_stack_frames(stack.bottom, stack_bytes);
  free_.push_back(stack);
}

std::size_t StackPool::deepest_bytes() const {
  const std::size_t page = page_bytes();
  std::array<unsigned char, stack_bytes / kSmallestPage> resident{};
  std::size_t deepest = 0;
  for (const Stack stack : free_) {
    if (mincore(stack.bottom, stack_bytes, resident.data()) != 0) continue;
    const std::size_t pages = stack_bytes / page;
    std::size_t lowest = 0;
    while (lowest < pages && (resident[lowest] & 1U) == 0) ++lowest;
    deepest = std::max(deepest, (pages - lowest) * page);
  }
  return deepest;
}

}  // namespace cutover::sim
