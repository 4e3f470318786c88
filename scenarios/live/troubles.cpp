#include "scenarios/live/troubles.h"

#include <utility>

#include "fakes/sim/sanitizers.h"

namespace cutover::scenarios {

std::function<bool(const sim::Process&, const sim::Call&)> calls_of(Service service) {
  return [service](const sim::Process&, const sim::Call& call) { return call.service == service; };
}

std::function<bool(const sim::Process&, const sim::Call&)> calls_about(Service service,
                                                                       std::string part) {
  return [service, part = std::move(part)](const sim::Process&, const sim::Call& call) {
    return call.service == service && call.key.find(part) != std::string::npos;
  };
}

sim::Decision refused(FailureKind kind) {
  return {sim::Ending::rejected, kind};
}

sim::Decision late_by(Duration delay) {
  sim::Decision decision(sim::Ending::applied);
  decision.delay = delay;
  return decision;
}

void Troubles::begin(Trouble trouble) {
  const sim::Quiet quiet;
  std::erase_if(standing_, [&](const Standing& each) { return each.trouble.name == trouble.name; });
  standing_.push_back({std::move(trouble), 0});
}

void Troubles::end(const std::string& name) {
  const sim::Quiet quiet;
  std::erase_if(standing_, [&](const Standing& each) { return each.trouble.name == name; });
}

void Troubles::end_all() {
  const sim::Quiet quiet;
  standing_.clear();
}

sim::Decision Troubles::decide(const sim::Process& process, const sim::Call& call, std::uint64_t,
                               Duration) {
  for (Standing& each : standing_) {
    const Trouble& trouble = each.trouble;
    if (!trouble.befalls(process, call)) continue;
    const std::uint64_t before = each.met * trouble.hits / trouble.out_of;
    each.met += 1;
    if (each.met * trouble.hits / trouble.out_of == before) continue;
    hits_ += 1;
    sim::Decision decision = trouble.decision;
    decision.name = "trouble";
    return decision;
  }
  return sim::Ending::applied;
}

}  // namespace cutover::scenarios
