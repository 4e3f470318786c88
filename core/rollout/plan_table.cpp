#include "core/rollout/plan_table.h"

#include <algorithm>

namespace cutover::rollout {
namespace {

std::string_view phase_reason(Phase phase) {
  switch (phase) {
    case Phase::kv_only: return "phase_kv_only";
    case Phase::dual_write: return "phase_dual_write";
    case Phase::backfill: return "phase_backfill";
    case Phase::reconcile: return "phase_reconcile";
    case Phase::verify: return "phase_verify";
    case Phase::d1_reads: return "phase_d1_reads";
    case Phase::d1: return "phase_d1";
  }
  return "?";
}

}  // namespace

bool reads_d1(Phase phase) {
  return phase == Phase::d1_reads || phase == Phase::d1;
}

bool compares(Phase phase) {
  return phase == Phase::reconcile || phase == Phase::verify || phase == Phase::d1_reads;
}

int effective_percent(const RolloutState& state, const FlagValue& flag) {
  return reads_d1(state.phase) ? std::min(state.percent, flag.percent) : 0;
}

lookup::ReadPlan plan_for(const PlanInputs& inputs, std::string_view salt,
                          std::string_view isbn13) {
  lookup::ReadPlan plan;
  if (!inputs.known) {
    plan.reason = "phase_unknown";
    return plan;
  }
  const RolloutState& state = inputs.state;
  plan.d1_fallback = state.phase != Phase::kv_only;
  plan.write_d1 = state.phase != Phase::kv_only && !state.writes_stopped;
  if (!inputs.trusted) {
    plan.reason = "phase_stale";
    return plan;
  }
  if (inputs.rollback_pending) {
    plan.reason = "rollback_pending";
    return plan;
  }
  const int percent = effective_percent(state, inputs.flag);
  plan.d1_reads = is_in(percent, salt, isbn13);
  plan.shadow = compares(state.phase) && !plan.d1_reads;
  if (!reads_d1(state.phase) || plan.d1_reads) {
    plan.reason = phase_reason(state.phase);
  } else {
    plan.reason = inputs.flag.percent == 0 ? inputs.flag.reason : "not_in_bucket";
  }
  return plan;
}

}  // namespace cutover::rollout
