// StormPlan: which faults a storm has, as data: by chance, by chance for a while and at one place,
// and at exactly the n-th call. Seeds draw one (storm.h); people write one (chaos/plan_file.h).
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "fakes/faults/address.h"

namespace cutover::faults {

// A fault that is more likely for a while, or only somewhere.
struct Burst {
  static constexpr std::uint64_t for_ever = UINT64_MAX;

  Fault fault = Fault::unavailable;
  std::uint32_t per_10000 = 0;  // calls, 0 to 10,000
  std::uint64_t from_ms = 0;    // of the world's time
  std::uint64_t until_ms = for_ever;
  std::string role;  // of the process; empty: every one
  std::string site;  // "d1.batch"; empty: every one

  friend bool operator==(const Burst&, const Burst&) = default;
};

struct StormPlan {
  std::array<std::uint32_t, fault_count> rates{};  // per 10,000 calls, by fault
  std::vector<Burst> bursts;                       // each goes before the rates
  std::vector<PlannedFault> exactly;               // these go before all others

  friend bool operator==(const StormPlan&, const StormPlan&) = default;
};

}  // namespace cutover::faults
