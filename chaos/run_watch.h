// RunWatch: what one storm run reached: calls by site, faults, rare branches of the core, and how
// each role went on after a fault. It stands between the gate and the storm, and hears the history.
//
// A branch is a telemetry event of the core with those of its fields that take few values
// ("breaker.changed service=kv state=open"), or what the scenario marked ("step complete").
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "chaos/reach.h"
#include "fakes/faults/storm.h"
#include "fakes/sim/gate.h"
#include "fakes/sim/history.h"

namespace cutover::chaos {

class RunWatch final : public sim::FaultPlan, public sim::HistoryObserver {
 public:
  // Both must outlive it. Counts are added to `reach`.
  RunWatch(faults::Storm& storm, Reach& reach) : storm_(storm), reach_(reach) {}

  sim::Decision decide(const sim::Process& process, const sim::Call& call, std::uint64_t ordinal,
                       Duration now) override;
  void happened(const sim::EventView& event) override;

  // When the run is over: the hashes of the behaviours that it showed (behaviours.h).
  [[nodiscard]] std::set<std::uint64_t> behaviours();

 private:
  struct Pending {
    std::uint64_t hash = 0;
    int steps_left = 0;
  };
  void count_branch(const sim::EventView& event);

  faults::Storm& storm_;
  Reach& reach_;
  std::vector<std::string> roles_;  // by process, without its number
  std::map<std::string, std::vector<Pending>, std::less<>> pending_;  // by role
  std::set<std::uint64_t> behaviours_;
  std::string text_;  // reused
};

}  // namespace cutover::chaos
