// SteeredFaults: the fault plan that is set from outside while the world runs: nothing, rates by
// fault, or exactly these faults at exactly these calls (fakes/faults).
//
// Occurrences count from the moment at which a plan was set. One world, one thread at a time.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "fakes/faults/fault_table.h"
#include "fakes/faults/listed_faults.h"
#include "fakes/faults/storm.h"
#include "fakes/sim/gate.h"

namespace cutover::simulate {

class SteeredFaults final : public sim::FaultPlan {
 public:
  static constexpr std::size_t taken_max = 10'000;  // remembered of those that happened

  void set_rates(faults::StormOptions options);
  void set_listed(const std::vector<faults::PlannedFault>& faults);
  // Asked before each call: what happens to it, if anything.
  using Rule = std::function<std::optional<faults::Fault>(const sim::Call& call)>;
  void set_rule(Rule rule);
  void clear();

  sim::Decision decide(const sim::Process& process, const sim::Call& call, std::uint64_t ordinal,
                       Duration now) override;

  // Null when no such plan is set.
  [[nodiscard]] const faults::Storm* storm() const { return storm_.get(); }
  [[nodiscard]] const faults::ListedFaults* listed() const { return listed_.get(); }

 private:
  std::unique_ptr<faults::Storm> storm_;
  std::unique_ptr<faults::ListedFaults> listed_;
  Rule rule_;
};

}  // namespace cutover::simulate
