#include "chaos/required_reach.h"

#include <algorithm>
#include <array>

namespace cutover::chaos {
namespace {

constexpr bool site = true;
constexpr bool branch = false;
constexpr bool live = true;

constexpr auto required = std::to_array<RequiredReach>({
    {"kv.list", site, "migration"},
    {"kv.get", site, "migration"},
    {"kv.get_many", site, "migration"},
    {"kv.put", site, "migration"},
    {"d1.query", site, "migration"},
    {"d1.batch", site, "migration"},
    {"provider.find", site, "migration", live},
    {"step more", branch, "migration"},
});

constexpr auto exceptions = std::to_array<ReachException>({
    {"", "", ""},
});

const ReachException* exception_for(std::string_view what, std::string_view fault) {
  const auto found = std::find_if(exceptions.begin(), exceptions.end(), [&](const auto& entry) {
    return entry.site == what && entry.fault == fault;
  });
  return found == exceptions.end() ? nullptr : &*found;
}

}  // namespace

std::span<const RequiredReach> required_reach() {
  return required;
}

std::span<const ReachException> reach_exceptions() {
  return exceptions;
}

Holes holes_in(const Reach& reach, const StormCase& base) {
  Holes holes;
  for (const RequiredReach& row : required) {
    if (!row.scenario.empty() && row.scenario != base.scenario) continue;
    if (row.live && base.isolates == 0) continue;
    if (row.is_site) {
      const auto found = reach.sites().find(row.what);
      if (found == reach.sites().end() || found->second.calls == 0) {
        holes.sites.emplace_back(row.what);
      }
    } else if (reach.times(row.what) == 0) {
      holes.branches.emplace_back(row.what);
    }
  }
  for (const auto& [name, reached] : reach.sites()) {
    for (const faults::FaultRow& row : faults::fault_table()) {
      if (reached.faults[static_cast<std::size_t>(row.fault)] > 0) continue;
      if (!can_happen(row.fault, name) || exception_for(name, row.name) != nullptr) continue;
      holes.faults.push_back(name + ": " + std::string(row.name));
    }
  }
  return holes;
}

}  // namespace cutover::chaos
