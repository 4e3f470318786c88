// Call notes: when each call of a run was begun, and what the fault plan decided about it.
//
// The history knows a call from the instant at which its service took it. This plan stands before
// the one that decides, and notes the rest; it decides nothing itself, so a run is the same with it
// and without. One world, one thread.
#pragma once

#include <cstdint>
#include <vector>

#include "fakes/faults/address.h"
#include "fakes/sim/gate.h"

namespace cutover::chaos {

struct NotedCall {
  Duration at{0};  // of the world's time
  std::uint32_t process = 0;
  std::uint32_t incarnation = 0;
  faults::Address address;
  bool hit = false;   // anything but "applied at once"
  Duration delay{0};  // added by the fault before the effect
};

class NotingPlan final : public sim::FaultPlan {
 public:
  // `plan` must outlive this.
  explicit NotingPlan(sim::FaultPlan& plan) : plan_(plan) {}

  sim::Decision decide(const sim::Process& process, const sim::Call& call, std::uint64_t ordinal,
                       Duration now) override;

  // In the order in which the calls were begun.
  [[nodiscard]] const std::vector<NotedCall>& notes() const { return notes_; }

 private:
  sim::FaultPlan& plan_;
  faults::Occurrences occurrences_;
  std::vector<NotedCall> notes_;
};

}  // namespace cutover::chaos
