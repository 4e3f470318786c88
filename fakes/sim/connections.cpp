#include "fakes/sim/connections.h"

#include <algorithm>

#include "core/ports/check.h"
#include "fakes/sim/sanitizers.h"

namespace cutover::sim {

Connections::Held Connections::take() {
  if (scheduler_.unwinding()) return {};
  const TaskId me = scheduler_.current();
  {
    const Quiet quiet;
    if (in_use_ < at_once_) {
      ++in_use_;
      return Held(this);
    }
    waiting_.push_back(me);
  }
  try {
    while (in_line(me)) scheduler_.park("a free connection");
  } catch (const Killed&) {
    const Quiet quiet;
    if (std::erase(waiting_, me) == 0) give_back();
    throw;
  }
  return Held(this);
}

void Connections::give_back() {
  TaskId next = 0;
  {
    const Quiet quiet;
    CUTOVER_CHECK(in_use_ > 0, "a connection was given back that nobody had taken");
    if (waiting_.empty()) {
      --in_use_;
      return;
    }
    next = waiting_.front();
    waiting_.pop_front();
  }
  scheduler_.wake(next);
}

bool Connections::in_line(TaskId task) const {
  const Quiet quiet;
  return std::find(waiting_.begin(), waiting_.end(), task) != waiting_.end();
}

}  // namespace cutover::sim
