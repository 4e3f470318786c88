#include "fakes/sim/serial_queue.h"

#include <algorithm>
#include <utility>

#include "core/ports/check.h"
#include "fakes/sim/sanitizers.h"

namespace cutover::sim {

SerialQueue::SerialQueue(Scheduler& scheduler, std::size_t depth_max, Duration wait_max)
    : scheduler_(scheduler), depth_max_(depth_max), wait_max_(wait_max) {}

SerialQueue::Entry SerialQueue::enter() {
  if (scheduler_.unwinding()) return Entry::too_many;
  const TaskId me = scheduler_.current();
  const Duration entered = scheduler_.now();
  {
    const Quiet quiet;
    if (!busy_) {
      busy_ = true;
      return Entry::granted;
    }
    if (waiting_.size() >= depth_max_) return Entry::too_many;
    waiting_.push_back(me);
  }
  // leave() takes the next in line out of `waiting_`: whoever is no longer in it has the turn.
  const auto in_line = [&] {
    const Quiet quiet;
    return std::find(waiting_.begin(), waiting_.end(), me) != waiting_.end();
  };
  const auto sent_away = [&] {
    const Quiet quiet;
    return std::erase(sent_away_, me) > 0;
  };
  const auto step_out = [&] {
    const Quiet quiet;
    std::erase(waiting_, me);
  };
  try {
    while (in_line()) {
      const Duration waited = scheduler_.now() - entered;
      if (waited >= wait_max_ ||
          (!scheduler_.park_for("its turn at a service", wait_max_ - waited) && in_line())) {
        step_out();
        return Entry::too_long;
      }
    }
  } catch (const Killed&) {
    if (in_line()) {
      step_out();
    } else if (!sent_away()) {
      leave();
    }
    throw;
  }
  return sent_away() ? Entry::reset : Entry::granted;
}

void SerialQueue::leave() {
  CUTOVER_CHECK(busy_, "a queue was left that nobody had entered");
  TaskId next = 0;
  {
    const Quiet quiet;
    if (waiting_.empty()) {
      busy_ = false;
      return;
    }
    next = waiting_.front();
    waiting_.pop_front();
  }
  scheduler_.wake(next);
}

void SerialQueue::reset() {
  std::deque<TaskId> gone;
  {
    const Quiet quiet;
    gone = std::exchange(waiting_, {});
    sent_away_.insert(sent_away_.end(), gone.begin(), gone.end());
  }
  for (const TaskId task : gone) scheduler_.wake(task);
}

}  // namespace cutover::sim
