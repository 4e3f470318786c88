// Rollout::State: the isolate's memory behind rollout.h: what it knows, what it measured, and what
// the guard decided and could not write yet.
//
// One lock guards what tasks share; it is never held across a port call.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/ports/retry.h"
#include "core/rollout/knowledge.h"
#include "core/rollout/rollout.h"

namespace cutover::rollout {

struct Rollout::State {
  State(KvStore& kv, Database& database, Runtime& runtime, Telemetry& telemetry,
        const RolloutOptions& options);

  // A decision of the guard, until it is written or overtaken.
  struct Pending {
    std::int64_t revision = 0;
    RolloutChange change;
  };
  struct Suspect {
    Duration since{0};
    bool confirmed = false;
  };

  // What is known now, after the reads that are due. May switch.
  RolloutKnowledge::Known current();
  // Draws the consequences of a state that was read or written.
  void take_note(const RolloutKnowledge::Known& known);
  // A state that a change has just answered.
  void learn(const RolloutState& state);

  [[nodiscard]] FlagValue flag_of(const RolloutKnowledge::Known& known) const;
  lookup::ReadPlan plan(const RolloutKnowledge::Known& known, const books::Isbn& isbn);
  [[nodiscard]] bool may_shadow(const books::Isbn& isbn) const;
  void shadow_result(const std::string& isbn, ReadPolicy::Shadow result);

  // Evaluates the guard; a change that must be written, if there is one.
  std::optional<Pending> decide();
  // Writes it. May switch.
  void act(const Pending& pending);

  // One change by a person: gate, then the state. May switch.
  Outcome<MoveResult> change(const RolloutState& from, const RolloutChange& to, bool gated);
  LiveEvidence live_evidence();

  Runtime& runtime;
  Telemetry& telemetry;
  KvStore& kv;
  Database& database;
  const RolloutOptions options;
  const FlagSetting environment;
  const Duration suspicion;  // how long a shadow difference may be KV's staleness
  const RetryPolicy retry;
  PhaseStore store;
  RolloutKnowledge knowledge;

  std::unique_ptr<Mutex> mutex;  // guards all below
  RolloutState noted;            // whose consequences were drawn
  std::optional<Duration> noted_at;
  RollbackGuard guard;
  std::vector<GuardFinding> findings;
  std::optional<Pending> pending;
  std::optional<GuardReaction> reaction;
  std::int64_t shadow_compared = 0;  // since the phase changed
  std::int64_t shadow_different = 0;
  std::map<std::string, Suspect> suspects;  // by ISBN; bounded

 private:
  void note_change(const RolloutState& before, const RolloutState& after, Duration now);
  void announce(const std::vector<GuardFinding>& found);
  void compose(Duration now);
};

}  // namespace cutover::rollout
