// KillAt: kills one role's process at exactly one of its calls, before or after the effect.
#pragma once

#include <cstdint>
#include <string>

#include "fakes/sim/gate.h"

namespace cutover::sim {

class KillAt final : public FaultPlan {
 public:
  // `ordinal` counts the role's calls from 0; `ending` is killed_before or killed_after.
  KillAt(std::string role, std::uint64_t ordinal, Ending ending);

  Decision decide(const Process& process, const Call& call, std::uint64_t ordinal,
                  Duration) override;

  // Did the call take place? If not, the role made fewer calls than that.
  [[nodiscard]] bool fired() const { return fired_; }

 private:
  std::string role_;
  std::uint64_t ordinal_;
  Ending ending_;
  bool fired_ = false;
};

}  // namespace cutover::sim
