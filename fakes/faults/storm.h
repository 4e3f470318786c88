// Storm: a fault plan by chance: which faults are active and how often (drawn from a seed: swarm
// testing, or written by people), and when the calm begins.
//
// Whether a call is hit depends on the seed and on the call's address alone, never on what was
// drawn before, so leaving one fault out moves no other. What happened is kept as a list that
// ListedFaults plays again. A rate of zero everywhere disturbs nothing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "fakes/faults/listed_faults.h"
#include "fakes/faults/storm_plan.h"
#include "fakes/sim/gate.h"

namespace cutover::faults {

struct StormOptions {
  std::uint64_t seed = 1;
  StormPlan plan;
  Duration calm_at = Duration::max();  // from then on nothing happens
  std::size_t taken_max = SIZE_MAX;    // kept in taken(): the first ones
};

// Active faults and their rates, drawn from the seed.
[[nodiscard]] StormOptions draw_storm(std::uint64_t seed, Duration calm_at);

class Storm final : public sim::FaultPlan {
 public:
  explicit Storm(StormOptions options);

  sim::Decision decide(const sim::Process& process, const sim::Call& call, std::uint64_t ordinal,
                       Duration now) override;

  // What happened, in order; the first `taken_max`.
  [[nodiscard]] const std::vector<PlannedFault>& taken() const { return taken_; }
  // Of the plan's exact ones, those whose call came; in the plan's order.
  [[nodiscard]] std::vector<PlannedFault> met() const { return exactly_.matched(); }

 private:
  // By chance; null: nothing happens. `number` belongs to this call.
  [[nodiscard]] const FaultRow* hit(const sim::Process& process, const sim::Call& call,
                                    Duration now, std::uint64_t& number) const;

  StormOptions options_;
  ListedFaults exactly_;
  Occurrences occurrences_;
  std::vector<PlannedFault> taken_;
};

}  // namespace cutover::faults
