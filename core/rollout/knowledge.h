// RolloutKnowledge: what one isolate knows of the rollout's state (D1) and of the KV flag, and how
// it stays young.
//
// Two reads, each by one task at a time and independent of the other, so that a D1 that hangs does
// not keep the flag from being seen. Who finds one due makes it; others go on with what is known,
// unless that is nothing, or older than twice `refresh_after`: then they wait for the read that is
// under way, but not once that has taken a second. A read that fails leaves what was known.
// Calls may come from any task; those marked so may switch.
#pragma once

#include <memory>
#include <optional>

#include "core/ports/database.h"
#include "core/ports/kv_store.h"
#include "core/ports/runtime.h"
#include "core/rollout/flag.h"
#include "core/rollout/phase_store.h"

namespace cutover::rollout {

class RolloutKnowledge {
 public:
  RolloutKnowledge(KvStore& kv, Database& database, Runtime& runtime, Duration refresh_after);

  struct Known {
    RolloutState state;
    FlagSetting flag;
    // When the read began that told it; nothing: never read.
    std::optional<Duration> state_at;
    std::optional<Duration> flag_at;
  };

  Known current();  // reads what is due; may switch
  Known afresh();   // reads both; may switch
  Known known();    // reads nothing
  // Would current() read something, without waiting for who reads it already?
  [[nodiscard]] bool due();

  // A state as it stood at `began` or later. What is older than what is known is ignored.
  void learn(const RolloutState& state, Duration began);
  // The flag was written: the next current() reads it.
  void doubt_flag();

 private:
  struct Lane {
    // When the read that is under way began; expires with the task that makes it.
    std::weak_ptr<const Duration> reading;
    std::optional<Duration> tried_at;  // nothing: due at once
  };
  using Read = bool (RolloutKnowledge::*)(Duration began);
  [[nodiscard]] bool is_due(const Lane& lane) const;  // with the lock held
  void refresh(Lane& lane, Read read);
  void wait_for(const Lane& lane);
  bool read_state(Duration began);
  bool read_flag(Duration began);

  KvStore& kv_;
  Runtime& runtime_;
  PhaseStore store_;
  Duration refresh_after_;
  std::unique_ptr<Mutex> mutex_;  // guards all below; never held across a port call
  Known known_;
  Lane state_lane_;
  Lane flag_lane_;
};

}  // namespace cutover::rollout
