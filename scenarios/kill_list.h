// KillList: kills a role's processes at several of its calls in one run.
#pragma once

#include <map>
#include <string>

#include "fakes/sim/gate.h"

namespace cutover::scenarios {

class KillList final : public sim::FaultPlan {
 public:
  // `kills`: the role's calls, counted from 0 over all its processes, and how each ends.
  KillList(std::string role, std::map<std::uint64_t, sim::Ending> kills)
      : role_(std::move(role)), kills_(std::move(kills)) {}

  sim::Decision decide(const sim::Process& process, const sim::Call&, std::uint64_t ordinal,
                       Duration) override {
    if (process.role() != role_) return sim::Ending::applied;
    const auto found = kills_.find(ordinal);
    return found == kills_.end() ? sim::Ending::applied : found->second;
  }

 private:
  std::string role_;
  std::map<std::uint64_t, sim::Ending> kills_;
};

}  // namespace cutover::scenarios
