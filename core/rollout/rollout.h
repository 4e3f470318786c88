// Rollout: the isolate's view of phase and flag, and the policy that follows from them.
//
// What the lookup asks (plan) is answered from memory, refreshed when it is older than
// `refresh_after`: one read of D1 and one of KV, each by one task at a time; others go on with what
// is known, while that is younger than twice `refresh_after` (knowledge.h). So a change of the
// phase is seen within twice refresh_after, a change of the KV flag within that plus the KV's
// staleness bound: bound() says how long, and after it no read may contradict the flag (R5.3), as
// long as KV answers within a second. When KV cannot be read, the last flag known counts, and off
// before there is one. When D1 cannot be read, the last state known counts, but D1 is not read from
// once that is older than `trust_for`.
//
//   phase                D1 reads            D1 fallback  writes D1  shadow
//   kv_only              no                  no           no         no
//   dual_write, backfill no                  yes          yes        no
//   reconcile, verify    no                  yes          yes        yes
//   d1_reads             ISBNs in the bucket yes          yes        the others
//   d1                   by the flag         yes          yes        no
//
// and the flag's percentage always bounds the phase's: both must allow it. Where writes are
// stopped, nothing is written to D1.
//
// tick() has what is known read again when that is due, in deferred work, so that the phase is
// known too where nobody asks for a plan because KV answers everything. It evaluates the guard, and
// acts: it rolls back (where D1 is read: d1_reads, d1) or stops writes by itself, with the findings
// as the audit's evidence. This isolate follows at once, also while D1 cannot take the change; each
// tick tries again to write it. After a rollback, whoever made it, the guard starts anew. Whoever
// owns the isolate calls tick about once a second.
//
// Shadow reads that differ: an ISBN that differs again after the KV's staleness bound and a minute
// more, in verify or d1_reads, is an inconsistency.
//
// Calls may come from any task and may switch.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/lookup/read_policy.h"
#include "core/ports/database.h"
#include "core/ports/kv_store.h"
#include "core/ports/runtime.h"
#include "core/ports/telemetry.h"
#include "core/rollout/flag.h"
#include "core/rollout/gate.h"
#include "core/rollout/phase_store.h"
#include "core/rollout/rollback_guard.h"

namespace cutover::rollout {

struct RolloutOptions {
  std::optional<std::string> environment_flag;  // the value of ENABLE_D1_READS, when it is set
  std::string salt = "enable_d1_reads";         // of the buckets
  Duration refresh_after = std::chrono::seconds(5);
  Duration trust_for = std::chrono::minutes(2);
  int shadow_percent = 5;  // of the KV answers where the phase compares
  GuardOptions guard;
};

// What the guard did last. Times are the runtime's.
struct GuardReaction {
  std::string_view criterion;  // static; the gravest finding
  GuardAction action = GuardAction::rollback;
  Duration since{0};                // when the criterion was first met
  Duration decided{0};              // when this isolate followed
  std::optional<Duration> written;  // when D1 had it; nothing: not yet
};

// What is in force, for people: GET /admin/flags and /admin/phase.
struct RolloutView {
  RolloutState state;
  FlagSetting environment;
  FlagSetting kv;
  FlagValue flag;
  int effective_percent = 0;  // of ISBNs that read D1
  Duration age{0};            // since it was read
  bool known = false;         // it was read at least once
  std::int64_t shadow_compared = 0;
  std::int64_t shadow_different = 0;
  std::vector<GuardFinding> findings;  // of the last tick
  std::optional<GuardReaction> reaction;
  bool change_pending = false;  // the guard's decision is in force here, but not written yet
};

// How a request to move ended.
struct MoveResult {
  enum class End : std::uint8_t { done, gate_closed, conflict, not_a_move };
  End end = End::done;
  RolloutState state;  // what stands now
  GateResult gate;     // empty for a rollback
};

class Rollout final : public lookup::ReadPolicy {
 public:
  // `database` is used for the state only; give the one without a breaker, so that an open breaker
  // cannot hide a rollback. All must outlive the rollout and its deferred work.
  Rollout(KvStore& kv, Database& database, Runtime& runtime, Telemetry& telemetry,
          const RolloutOptions& options);
  ~Rollout() override;

  lookup::ReadPlan plan(const books::Isbn& isbn) override;
  [[nodiscard]] bool may_shadow(const books::Isbn& isbn) const override;
  void shadow_result(const books::Isbn& isbn, Shadow result) override;

  // Measurements for the guard.
  void request_finished(bool server_error, Duration latency);
  void d1_call_finished(bool ok, Duration latency);
  // A comparison of D1 with its sources found so many keys missing or different.
  void inconsistency_found(std::int64_t keys);

  // May writes go to D1 now? (User library, saves.) False when they are stopped; the phase does not
  // matter. May switch.
  bool writes_allowed();

  void tick();  // may switch

  // The four that change something repeat a call whose reply was lost, and may switch. `percent`
  // counts in d1_reads only.
  Outcome<MoveResult> move(Phase to, int percent, const std::string& actor,
                           const std::string& reason);
  Outcome<MoveResult> rollback(const std::string& actor, const std::string& reason);
  Outcome<MoveResult> set_writes_stopped(bool stopped, const std::string& actor,
                                         const std::string& reason);

  // Writes the KV flag; a text that does not parse as valid is refused as `malformed`.
  Outcome<void> set_flag(const std::string& text);

  // Reads afresh, then answers. Fails when neither D1 nor KV ever answered.
  Outcome<RolloutView> view();
  Outcome<std::vector<AuditEntry>> audit(std::int64_t limit);

  // After a change of phase or flag, how long some isolate may still act on the old state.
  [[nodiscard]] Duration bound() const;

 private:
  struct State;
  std::shared_ptr<State> state_;  // shared with deferred work
};

}  // namespace cutover::rollout
