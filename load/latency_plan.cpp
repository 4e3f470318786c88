#include "load/latency_plan.h"

namespace cutover::load {

LatencyPlan::LatencyPlan(const LatencyModel& model, std::uint64_t seed)
    : kv_cached_(model.kv_cached),
      kv_cold_(model.kv_cold),
      kv_write_(model.kv_write),
      d1_(model.d1),
      provider_(model.provider),
      kv_random_(seed, "latency of kv"),
      d1_random_(seed, "latency of d1"),
      provider_random_(seed, "latency of the provider") {}

void LatencyPlan::place(const sim::Process& process, std::size_t location) {
  locations_[process.id()] = location;
}

sim::Decision LatencyPlan::decide(const sim::Process& process, const sim::Call& call, std::uint64_t,
                                  Duration) {
  sim::Decision decision(sim::Ending::applied);
  if (kv_ != nullptr) decision.delay = draw(process, call);
  return decision;
}

Duration LatencyPlan::draw(const sim::Process& process, const sim::Call& call) {
  switch (call.service) {
    case Service::d1: return d1_.draw(d1_random_);
    case Service::provider: return provider_.draw(provider_random_);
    case Service::kv: break;
  }
  if (!call.reads || call.operation == "list") return kv_write_.draw(kv_random_);
  return (remembered(process, call) ? kv_cached_ : kv_cold_).draw(kv_random_);
}

// A bulk read goes by its first key.
bool LatencyPlan::remembered(const sim::Process& process, const sim::Call& call) const {
  const auto found = locations_.find(process.id());
  return kv_->remembers(found == locations_.end() ? 0 : found->second, call.key);
}

}  // namespace cutover::load
