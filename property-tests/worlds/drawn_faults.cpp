#include "property-tests/worlds/drawn_faults.h"

#include "fakes/faults/fault_table.h"

namespace cutover::worlds {

std::vector<std::string> roles_of(const chaos::StormCase& world) {
  std::vector<std::string> roles = {"migrator"};
  const auto add = [&roles](const char* role, std::uint64_t count) {
    for (std::uint64_t i = 1; i <= count; ++i) roles.push_back(role + std::to_string(i));
  };
  add("api-", world.isolates);
  if (world.isolates > 0) roles.emplace_back("operator");
  if (world.migrators > 1) roles.emplace_back("migrator-2");
  roles.emplace_back("weather");
  add("writer-", world.writers);
  roles.emplace_back("migrator-by-hand");
  return roles;
}

DrawnFaults::DrawnFaults(const chaos::StormCase& world, const std::vector<DrawnFault>& faults)
    : calm_at_(std::chrono::seconds(world.storm_seconds)) {
  const auto roles = roles_of(world);
  for (const DrawnFault& fault : faults) {
    by_call_.try_emplace({roles[fault.role % roles.size()], fault.ordinal}, fault);
  }
}

sim::Decision DrawnFaults::decide(const sim::Process& process, const sim::Call& call,
                                  std::uint64_t ordinal, Duration now) {
  const auto place = faults::Occurrences::hash_of(process.role(), call.site, call.key);
  const std::uint32_t occurrence = occurrences_.next(place);
  const auto drawn = by_call_.find({process.role(), ordinal});
  if (drawn == by_call_.end() || now >= calm_at_) return sim::Ending::applied;
  std::vector<faults::Fault> possible;
  for (const faults::FaultRow& row : faults::fault_table()) {
    if (applies(row.fault, call)) possible.push_back(row.fault);
  }
  if (possible.empty()) return sim::Ending::applied;
  const faults::Fault fault = possible[drawn->second.choice % possible.size()];
  taken_.push_back(
      {{process.role(), std::string(call.site), call.key, occurrence}, fault, drawn->second.size});
  return decision_of(fault, drawn->second.size);
}

}  // namespace cutover::worlds
