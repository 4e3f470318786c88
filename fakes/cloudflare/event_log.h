// EventLog: the newest events of a world that runs for days, numbered from 0.
//
// A history in memory would grow for ever; this keeps the newest `kept_max` events and forgets the
// oldest. The history's digest still covers all of them. One world, one thread at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>

#include "fakes/sim/history.h"

namespace cutover::simulate {

class EventLog final : public sim::HistoryObserver {
 public:
  explicit EventLog(std::size_t kept_max) : kept_max_(kept_max) {}

  void happened(const sim::EventView& event) override;

  // Number of the oldest event that is still here, and of the next one to come.
  [[nodiscard]] std::uint64_t first() const { return next_ - events_.size(); }
  [[nodiscard]] std::uint64_t next() const { return next_; }

  // `number` must be from first() to next() - 1.
  [[nodiscard]] const sim::Event& at(std::uint64_t number) const {
    return events_[static_cast<std::size_t>(number - first())];
  }

 private:
  std::size_t kept_max_;
  std::uint64_t next_ = 0;
  std::deque<sim::Event> events_;
};

}  // namespace cutover::simulate
