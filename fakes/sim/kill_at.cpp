#include "fakes/sim/kill_at.h"

#include <utility>

#include "core/ports/check.h"

namespace cutover::sim {

KillAt::KillAt(std::string role, std::uint64_t ordinal, Ending ending)
    : role_(std::move(role)), ordinal_(ordinal), ending_(ending) {
  CUTOVER_CHECK(ending != Ending::applied, "a kill happens before or after the effect");
}

Decision KillAt::decide(const Process& process, const Call&, std::uint64_t ordinal, Duration) {
  if (ordinal != ordinal_ || process.role() != role_) return Ending::applied;
  fired_ = true;
  return ending_;
}

}  // namespace cutover::sim
