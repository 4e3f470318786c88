// The gates between phases: what must be shown before the rollout moves on (plan defect F12).
//
//   to dual_write  the schema is in place, and D1 answers
//   to backfill    nothing more
//   to reconcile   the newest migration run is complete, with zero pending and zero failed
//   to verify      the same, for a run that began after the phase became reconcile
//   to d1_reads    a clean comparison was recorded after the phase became verify: no key missing,
//                  none different, at least one compared; and shadow reads found no difference
//   more percent   the guard sees no reason to roll back
//   to d1          d1_reads stands at 100 percent, and the guard sees no reason to roll back
//
// and to each of them: writes are not stopped. Back: no gate. "After" is never judged by an
// isolate's clock: a comparison carries the revision at which it began; a run began later when the
// database says so, and within the same second when it is another than the newest run that the gate
// to reconcile noted in the audit.
//
// Each gate answers with every condition that it looked at, met or not: the audit row keeps them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/ports/database.h"
#include "core/ports/outcome.h"
#include "core/rollout/phase_store.h"

namespace cutover::rollout {

struct Condition {
  std::string name;   // "run complete", "pending keys", ...
  std::string found;  // what was measured, or "nothing"
  bool met = false;

  friend bool operator==(const Condition&, const Condition&) = default;
};

struct GateResult {
  std::vector<Condition> conditions;
  [[nodiscard]] bool open() const;         // all are met
  [[nodiscard]] std::string json() const;  // [{"name","found","met"}], for the audit
};

// What the process itself knows, beside what D1 holds.
struct LiveEvidence {
  std::int64_t shadow_compared = 0;   // since the phase became verify
  std::int64_t shadow_different = 0;  // absent ones included
  bool guard_wants_rollback = false;
};

// A finished comparison of D1 with its sources (migrate/comparison.h), so that the gate can ask for
// it later (table RolloutComparisons).
struct ComparisonRecord {
  std::int64_t revision = 0;  // of the rollout state when it began
  std::int64_t compared = 0;
  std::int64_t missing = 0;
  std::int64_t different = 0;
};
Outcome<void> record_comparison(Database& database, const ComparisonRecord& record);

// Looks at what D1 holds. `to` is the next phase, or d1_reads itself for more percent. May switch;
// fails as Database does.
Outcome<GateResult> look_at_gate(Database& database, const RolloutState& state, Phase to,
                                 const LiveEvidence& live);

}  // namespace cutover::rollout
