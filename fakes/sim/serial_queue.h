// SerialQueue: a service that does one thing at a time, first come first served, with bounds on how
// many may wait and for how long.
#pragma once

#include <cstdint>
#include <deque>

#include "fakes/sim/scheduler.h"

namespace cutover::sim {

class SerialQueue {
 public:
  enum class Entry : std::uint8_t { granted, too_many, too_long, reset };

  SerialQueue(Scheduler& scheduler, std::size_t depth_max, Duration wait_max);

  // Waits for its turn; switches only when it must wait. When granted, leave() must follow (also
  // when the task unwinds).
  [[nodiscard]] Entry enter();
  void leave();
  // The service starts anew: whoever waits is sent away (Entry::reset). Who has the slot keeps it.
  void reset();

  [[nodiscard]] std::size_t waiting() const { return waiting_.size(); }

 private:
  Scheduler& scheduler_;
  std::size_t depth_max_;
  Duration wait_max_;
  bool busy_ = false;
  std::deque<TaskId> waiting_;
  std::deque<TaskId> sent_away_;  // by reset(), and did not run since
};

}  // namespace cutover::sim
