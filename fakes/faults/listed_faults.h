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

  // The fault of this call, which then counts as happened; null: there is none. `place` is the
  // hash of its role, site and key (Occurrences), `occurrence` the how-manieth it is there.
  const PlannedFault* meets(std::uint64_t place, std::uint32_t occurrence, const sim::Call& call);

  // Decisions that did not happen: their call did not come, or the fault cannot happen to it.
  [[nodiscard]] std::vector<PlannedFault> unmatched() const;
  [[nodiscard]] std::vector<PlannedFault> matched() const;  // those that did

 private:
  struct Waiting {
    PlannedFault fault;
    bool happened = false;
  };
  [[nodiscard]] std::vector<PlannedFault> those_that(bool happened) const;

  std::vector<Waiting> faults_;                   // as given
  std::map<std::uint64_t, std::size_t> by_call_;  // hash of place and occurrence -> faults_
  Occurrences occurrences_;
};

}  // namespace cutover::faults
