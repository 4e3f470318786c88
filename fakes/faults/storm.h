// Storm: a fault plan by chance: which faults are active and how often (drawn from a seed: swarm
// testing), and when the calm begins.
//
// Whether a call is hit depends on the seed and on the call's address alone, never on what was
// drawn before, so leaving one fault out moves no other. What happened is kept as a list that
// ListedFaults plays again. A rate of zero everywhere disturbs nothing.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "fakes/faults/address.h"
#include "fakes/sim/gate.h"

namespace cutover::faults {

struct StormOptions {
  std::uint64_t seed = 1;
  std::array<std::uint32_t, fault_count> rates{};  // per 10,000 calls, by fault
  Duration calm_at = Duration::max();              // from then on nothing happens
  std::size_t taken_max = SIZE_MAX;                // kept in taken(): the first ones
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

 private:
  StormOptions options_;
  Occurrences occurrences_;
  std::vector<PlannedFault> taken_;
};

}  // namespace cutover::faults
