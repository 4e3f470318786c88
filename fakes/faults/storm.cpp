#include "fakes/faults/storm.h"

#include <utility>

#include "core/ports/random.h"

namespace cutover::faults {
namespace {

constexpr std::uint64_t sizes = 10'000;  // how many different ones are drawn

constexpr std::array<std::uint32_t, 4> swarm_rates = {20, 50, 150, 400};  // per 10,000

// Independent numbers from one: SplitMix64's finaliser.
std::uint64_t mix(std::uint64_t value) {
  value += 0x9E3779B97F4A7C15ULL;
  value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9ULL;
  value = (value ^ (value >> 27)) * 0x94D049BB133111EBULL;
  return value ^ (value >> 31);
}

}  // namespace

StormOptions draw_storm(std::uint64_t seed, Duration calm_at) {
  StormOptions options;
  options.seed = seed;
  options.calm_at = calm_at;
  RandomStream random(seed, "faults");
  for (const FaultRow& row : fault_table()) {
    const bool active = random.chance(1, 2);
    std::uint32_t rate = swarm_rates[random.below(swarm_rates.size())];
    // A process that dies at every second page shows less than one that dies now and then.
    if (row.kills()) rate = rate / 4 + 1;
    if (active) options.plan.rates[static_cast<std::size_t>(row.fault)] = rate;
  }
  return options;
}

Storm::Storm(StormOptions options)
    : options_(std::move(options)), exactly_(options_.plan.exactly) {}

sim::Decision Storm::decide(const sim::Process& process, const sim::Call& call, std::uint64_t,
                            Duration now) {
  const std::uint64_t place = Occurrences::hash_of(process.role(), call.site, call.key);
  const std::uint32_t occurrence = occurrences_.next(place);
  const PlannedFault* planned = exactly_.meets(place, occurrence, call);
  if (now >= options_.calm_at) return sim::Ending::applied;
  const auto take = [&](Fault fault, std::uint64_t size) {
    if (taken_.size() < options_.taken_max) {
      taken_.push_back(
          {{process.role(), std::string(call.site), call.key, occurrence}, fault, size});
    }
    return decision_of(fault, size);
  };
  if (planned != nullptr) return take(planned->fault, planned->size);
  std::uint64_t number = mix(options_.seed ^ mix(place + occurrence));
  const FaultRow* row = hit(process, call, now, number);
  return row == nullptr ? sim::Ending::applied : take(row->fault, mix(number) % sizes);
}

const FaultRow* Storm::hit(const sim::Process& process, const sim::Call& call, Duration now,
                           std::uint64_t& number) const {
  std::uint64_t burst_number = number;
  for (const Burst& burst : options_.plan.bursts) {
    burst_number = mix(burst_number + 1);  // another one than the rates meet
    const auto ms = static_cast<std::uint64_t>(now / std::chrono::milliseconds(1));
    const bool here = ms >= burst.from_ms && ms < burst.until_ms &&
                      (burst.role.empty() || burst.role == process.role()) &&
                      (burst.site.empty() || burst.site == call.site);
    if (here && burst_number % 10'000 < burst.per_10000 && applies(burst.fault, call)) {
      return &row_of(burst.fault);
    }
  }
  for (const FaultRow& row : fault_table()) {
    const std::uint32_t rate = options_.plan.rates[static_cast<std::size_t>(row.fault)];
    number = mix(number);
    if (rate != 0 && number % 10'000 < rate && applies(row.fault, call)) return &row;
  }
  return nullptr;
}

}  // namespace cutover::faults
