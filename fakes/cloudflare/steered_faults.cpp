#include "fakes/cloudflare/steered_faults.h"

#include <utility>

namespace cutover::simulate {

void SteeredFaults::set_rates(faults::StormOptions options) {
  clear();
  options.taken_max = taken_max;
  storm_ = std::make_unique<faults::Storm>(std::move(options));
}

void SteeredFaults::set_listed(const std::vector<faults::PlannedFault>& faults) {
  clear();
  listed_ = std::make_unique<faults::ListedFaults>(faults);
}

void SteeredFaults::set_rule(Rule rule) {
  clear();
  rule_ = std::move(rule);
}

void SteeredFaults::clear() {
  rule_ = nullptr;
  storm_.reset();
  listed_.reset();
}

sim::Decision SteeredFaults::decide(const sim::Process& process, const sim::Call& call,
                                    std::uint64_t ordinal, Duration now) {
  if (storm_) return storm_->decide(process, call, ordinal, now);
  if (listed_) return listed_->decide(process, call, ordinal, now);
  const auto fault = rule_ ? rule_(call) : std::nullopt;
  if (fault && faults::applies(*fault, call)) return faults::decision_of(*fault, 0);
  return sim::Ending::applied;
}

}  // namespace cutover::simulate
