#include "chaos/show/call_notes.h"

#include <string>

namespace cutover::chaos {

sim::Decision NotingPlan::decide(const sim::Process& process, const sim::Call& call,
                                 std::uint64_t ordinal, Duration now) {
  const sim::Decision decision = plan_.decide(process, call, ordinal, now);
  const std::uint64_t place = faults::Occurrences::hash_of(process.role(), call.site, call.key);
  notes_.push_back({now,
                    process.id(),
                    process.incarnation(),
                    {process.role(), std::string(call.site), call.key, occurrences_.next(place)},
                    decision.ending != sim::Ending::applied || decision.delay > Duration{0},
                    decision.delay});
  return decision;
}

}  // namespace cutover::chaos
