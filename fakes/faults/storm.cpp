#include "fakes/faults/storm.h"

#include <utility>

#include "core/ports/random.h"

namespace cutover::faults {
namespace {

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
    if (active) options.rates[static_cast<std::size_t>(row.fault)] = rate;
  }
  return options;
}

Storm::Storm(StormOptions options) : options_(std::move(options)) {}

sim::Decision Storm::decide(const sim::Process& process, const sim::Call& call, std::uint64_t,
                            Duration now) {
  const std::uint64_t place = Occurrences::hash_of(process.role(), call.site, call.key);
  const std::uint32_t occurrence = occurrences_.next(place);
  if (now >= options_.calm_at) return sim::Ending::applied;
  std::uint64_t number = mix(options_.seed ^ mix(place + occurrence));
  const auto take = [&](Fault fault) {
    const std::uint64_t size = mix(number);
    if (taken_.size() < options_.taken_max) {
      taken_.push_back(
          {{process.role(), std::string(call.site), call.key, occurrence}, fault, size % 10'000});
    }
    return decision_of(fault, size % 10'000);
  };
  for (const FaultRow& row : fault_table()) {
    const std::uint32_t rate = options_.rates[static_cast<std::size_t>(row.fault)];
    number = mix(number);
    if (rate == 0 || number % 10'000 >= rate || !applies(row.fault, call)) continue;
    return take(row.fault);
  }
  return sim::Ending::applied;
}

}  // namespace cutover::faults
