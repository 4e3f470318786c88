// StackPool: stacks for fibers, each with a guard page below it, reused.
//
// A pool may be shared by all worlds of one OS thread (Scheduler::Options::stacks), one after the
// other or side by side, and must outlive them. It is not thread-safe.
//
// ThreadSanitizer takes two tasks on one stack for one thread, which hides a race between them. So
// under it a stack rests until many others have been used: only tasks that are far apart share one.
#pragma once

#include <cstddef>
#include <deque>

namespace cutover::sim {

class StackPool {
 public:
  static constexpr std::size_t stack_bytes = 256 * 1024;  // usable; the guard page comes on top

  struct Stack {
    std::byte* bottom = nullptr;  // lowest usable address; the guard page lies below
    void* tsan_fiber = nullptr;   // what ThreadSanitizer takes whoever runs on it for
    [[nodiscard]] std::byte* top() const { return bottom + stack_bytes; }
  };

  StackPool() = default;
  ~StackPool();  // every stack must have been given back
  StackPool(const StackPool&) = delete;
  StackPool& operator=(const StackPool&) = delete;

  [[nodiscard]] Stack take();
  void give_back(Stack stack);

  [[nodiscard]] std::size_t created() const { return created_; }  // over the pool's life
  [[nodiscard]] std::size_t in_use() const { return in_use_; }

  // How deep any fiber ever went, in bytes, from the pages that were touched; looks at the stacks
  // that are back in the pool.
  [[nodiscard]] std::size_t deepest_bytes() const;

 private:
  std::deque<Stack> free_;  // in the order in which they came back
  std::size_t created_ = 0;
  std::size_t in_use_ = 0;
};

}  // namespace cutover::sim
