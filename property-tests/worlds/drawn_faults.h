// DrawnFaults: the fault plan of a drawn world. It hits a role's n-th call, and notes what it did
// by address, so that a case file plays it again (faults::ListedFaults).
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "fakes/faults/address.h"
#include "fakes/sim/gate.h"
#include "property-tests/worlds/drawn_world.h"

namespace cutover::worlds {

// Of the processes whose calls may go wrong; never empty.
[[nodiscard]] std::vector<std::string> roles_of(const chaos::StormCase& world);

class DrawnFaults final : public sim::FaultPlan {
 public:
  DrawnFaults(const chaos::StormCase& world, const std::vector<DrawnFault>& faults);

  // From the end of the storm on nothing happens.
  sim::Decision decide(const sim::Process& process, const sim::Call& call, std::uint64_t ordinal,
                       Duration now) override;

  // What happened, in order.
  [[nodiscard]] const std::vector<faults::PlannedFault>& taken() const { return taken_; }

 private:
  Duration calm_at_;
  std::map<std::pair<std::string, std::uint64_t>, DrawnFault> by_call_;
  faults::Occurrences occurrences_;
  std::vector<faults::PlannedFault> taken_;
};

}  // namespace cutover::worlds
