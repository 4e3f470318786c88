// Timers: when tasks wake up or are ended, in order of time, then of asking.
#pragma once

#include <cstdint>
#include <queue>
#include <tuple>
#include <vector>

#include "fakes/sim/scheduler.h"

namespace cutover::sim {

struct Timer {
  static constexpr std::uint64_t ends_task = 0;  // as `wait`: the task is ended, not woken

  Duration at{0};
  std::uint64_t sequence = 0;
  TaskId task = 0;
  std::uint64_t wait = 0;  // which of the task's waits it is for; stale when that one is over

  friend bool operator>(const Timer& left, const Timer& right) {
    return std::tie(left.at, left.sequence) > std::tie(right.at, right.sequence);
  }
};

class Timers {
 public:
  void add(Duration at, TaskId task, std::uint64_t wait) {
    heap_.push(Timer{at, ++sequence_, task, wait});
  }
  [[nodiscard]] bool empty() const { return heap_.empty(); }
  [[nodiscard]] const Timer& next() const { return heap_.top(); }
  void drop_next() { heap_.pop(); }

 private:
  std::priority_queue<Timer, std::vector<Timer>, std::greater<>> heap_;
  std::uint64_t sequence_ = 0;
};

}  // namespace cutover::sim
