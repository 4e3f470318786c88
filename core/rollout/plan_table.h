// The table of rollout.h as a function: what phase and flag allow for one ISBN. Pure.
#pragma once

#include <string_view>

#include "core/lookup/read_policy.h"
#include "core/rollout/flag.h"
#include "core/rollout/phase_store.h"

namespace cutover::rollout {

// Does this phase let clients read D1 first?
[[nodiscard]] bool reads_d1(Phase phase);

// Does this phase compare KV's answers with D1's?
[[nodiscard]] bool compares(Phase phase);

// Of ISBNs that read D1, 0 to 100: the smaller of what phase and flag allow.
[[nodiscard]] int effective_percent(const RolloutState& state, const FlagValue& flag);

struct PlanInputs {
  RolloutState state;
  bool known = false;             // the state was read at least once
  bool trusted = false;           // ... and not too long ago
  bool rollback_pending = false;  // decided here, not written yet
  FlagValue flag;
};
[[nodiscard]] lookup::ReadPlan plan_for(const PlanInputs& inputs, std::string_view salt,
                                        std::string_view isbn13);

}  // namespace cutover::rollout
