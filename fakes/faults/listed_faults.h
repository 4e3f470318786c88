// ListedFaults: exactly these faults at exactly these calls, for replay, shrinking and cases that
// people write. A decision whose call never came is named (unmatched), and the rest goes on.
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "fakes/faults/address.h"
#include "fakes/sim/gate.h"

namespace cutover::faults {

class ListedFaults final : public sim::FaultPlan {
 public:
  // Of two decisions for one call the first counts; the other stays unmatched.
  explicit ListedFaults(const std::vector<PlannedFault>& faults);

  sim::Decision decide(const sim::Process& process, const sim::Call& call, std::uint64_t ordinal,
                       Duration now) override;

  // Decisions that did not happen: their call did not come, or the fault cannot happen to it.
  [[nodiscard]] std::vector<PlannedFault> unmatched() const;

 private:
  struct Waiting {
    PlannedFault fault;
    bool happened = false;
  };
  std::vector<Waiting> faults_;                   // as given
  std::map<std::uint64_t, std::size_t> by_call_;  // hash of place and occurrence -> faults_
  Occurrences occurrences_;
};

}  // namespace cutover::faults
