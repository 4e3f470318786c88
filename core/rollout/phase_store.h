// PhaseStore: where the rollout stands, kept in D1 with every change and who made it (DESIGN
// section 7, tables RolloutState and RolloutAudit).
//
//   kv_only -> dual_write -> backfill -> reconcile -> verify -> d1_reads(n %) -> d1
//
// One step forward at a time, each behind a gate (gate.h). Back, in one move: rollback() goes from
// any later phase to dual_write, which changes the order of reading and keeps writing both (R5.4),
// so that a second cutover passes backfill, reconcile and verify again (plan defect F06). Only from
// dual_write is kv_only reached again.
//
// Every change names the revision that it changes; a change of another revision meanwhile makes it
// `conflict`, and nothing is written. Calls may switch, and fail as Database does.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/ports/database.h"
#include "core/ports/outcome.h"

namespace cutover::rollout {

enum class Phase : std::uint8_t { kv_only, dual_write, backfill, reconcile, verify, d1_reads, d1 };
[[nodiscard]] std::string_view name_of(Phase phase);
[[nodiscard]] std::optional<Phase> phase_named(std::string_view name);

struct RolloutState {
  Phase phase = Phase::kv_only;
  int percent = 0;              // of ISBNs that read D1: 1 to 100 in d1_reads, 100 in d1, else 0
  bool writes_stopped = false;  // data inconsistency was found: nothing is written to D1 (R5.6)
  std::int64_t revision = 0;    // grows by one with each change; 0 before the first
  std::int64_t changed_at = 0;  // seconds since 1970, by the database's clock

  friend bool operator==(const RolloutState&, const RolloutState&) = default;
};

struct RolloutChange {
  Phase phase = Phase::kv_only;
  int percent = 0;
  bool writes_stopped = false;
  std::string actor;     // "admin", "guard", "scenario ..."; 1 to 200 bytes
  std::string reason;    // why, for people; at most 1,000 bytes
  std::string evidence;  // JSON: the gate's findings or the guard's measurements; may be empty
};

struct AuditEntry {
  RolloutState from;
  RolloutState to;
  std::string actor;
  std::string reason;
  std::string evidence;
};

// Is this move one of the machine's? Says nothing of gates. A change of percent within d1_reads,
// and of writes_stopped in any phase, is one; a change of nothing is none.
[[nodiscard]] bool may_move(const RolloutState& from, const RolloutChange& to);

class PhaseStore {
 public:
  explicit PhaseStore(Database& database);

  // kv_only at revision 0 when nothing was ever stored, also while the schema is not applied yet.
  Outcome<RolloutState> read();

  enum class Changed : std::uint8_t { done, conflict, not_a_move };
  struct Result {
    Changed changed = Changed::done;
    RolloutState state;  // what stands now
  };
  // Writes the state and its audit row in one transaction. Safe to repeat after a lost reply: the
  // repetition finds its own change (same place in the audit, same content, actor and reason) and
  // answers `done`. Fails with `malformed` when actor or reason is longer than allowed.
  Outcome<Result> change(std::int64_t revision, const RolloutChange& change);

  // The newest first; 1 to 1,000. `from.changed_at` is not kept: 0.
  Outcome<std::vector<AuditEntry>> audit(std::int64_t limit);

 private:
  // What stands now, and whether it is (or came after) this change of this revision.
  Outcome<Result> resolve(std::int64_t revision, const RolloutChange& change);

  Database& database_;
};

}  // namespace cutover::rollout
