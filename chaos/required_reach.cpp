#include "chaos/required_reach.h"

#include <algorithm>
#include <array>

namespace cutover::chaos {
namespace {

constexpr bool site = true;
constexpr bool branch = false;
constexpr bool only_live = true;
constexpr bool rare = true;
constexpr std::uint64_t two_pages = 80;  // keys; the migrator of a storm lists 40 at a time

constexpr auto required = std::to_array<RequiredReach>({
    {"kv.list", site, "migration"},
    {"kv.get", site, "migration"},
    {"kv.get_many", site, "migration"},
    {"kv.put", site, "migration"},
    {"d1.query", site, "migration"},
    {"d1.batch", site, "migration"},
    {"provider.find", site, "migration", only_live},
    {"fate empty", branch, "migration"},
    {"fate expired", branch, "migration"},
    {"fate inserted", branch, "migration"},
    {"fate rejected", branch, "migration"},
    {"fate superseded", branch, "migration"},
    {"fate unchanged", branch, "migration"},
    {"happening outage", branch, "migration"},
    {"happening brown_out", branch, "migration"},
    {"happening full_database", branch, "migration"},
    {"happening export_running", branch, "migration"},
    {"happening evict", branch, "migration"},
    {"happening double_start", branch, "migration"},
    {"happening start_again", branch, "migration"},
    {"happening pause", branch, "migration"},
    {"happening time_travel", branch, "migration"},
    {"happening schema_again", branch, "migration"},
    {"migrate.chunk", branch, "migration"},
    {"migrate.cursor_refused", branch, "migration", false, two_pages},
    {"migrate.lease_not_released", branch, "migration"},
    {"migrate.mirror_failed", branch, "migration"},
    {"migrate.started", branch, "migration"},
    {"retry service=d1", branch, "migration"},
    {"retry service=kv", branch, "migration"},
    {"step busy", branch, "migration"},
    {"step complete", branch, "migration"},
    {"step killed", branch, "migration"},
    {"step more", branch, "migration"},
    {"step nothing to resume", branch, "migration"},
    {"step paused", branch, "migration"},
    {"step service_failed", branch, "migration"},
    {"step waiting", branch, "migration"},
    {"breaker.changed service=d1 state=closed", branch, "migration", only_live},
    {"breaker.changed service=d1 state=half_open", branch, "migration", only_live},
    {"breaker.changed service=d1 state=open", branch, "migration", only_live},
    {"breaker.changed service=provider state=half_open", branch, "migration", only_live},
    {"breaker.changed service=provider state=open", branch, "migration", only_live},
    {"cache_metrics.flush ok=0", branch, "migration", only_live},
    {"cache_metrics.flush ok=1", branch, "migration", only_live},
    {"d1.call ok=0", branch, "migration", only_live},
    {"d1.call ok=1", branch, "migration", only_live},
    {"fate updated", branch, "migration", only_live},
    {"guard.finding action=notify", branch, "migration", only_live},
    {"guard.finding action=rollback", branch, "migration", only_live},
    {"http.request", branch, "migration", only_live},
    {"lookup.fill ok=0", branch, "migration", only_live},
    {"lookup.fill ok=1", branch, "migration", only_live},
    {"lookup.follower", branch, "migration", only_live},
    {"lookup.malformed", branch, "migration", only_live},
    {"lookup.read tier=cache stale=0", branch, "migration", only_live},
    {"lookup.read tier=d1 stale=0", branch, "migration", only_live},
    {"lookup.read tier=missing stale=0", branch, "migration", only_live},
    {"lookup.read tier=provider stale=0", branch, "migration", only_live},
    {"lookup.read tier=unavailable stale=0", branch, "migration", only_live},
    {"lookup.shadow result=different", branch, "migration", only_live},
    {"lookup.shadow result=same", branch, "migration", only_live},
    {"provider.call ok=0", branch, "migration", only_live},
    {"provider.call ok=1", branch, "migration", only_live},
    {"rollout.change_failed", branch, "migration", only_live},
    {"rollout.changed phase=backfill", branch, "migration", only_live},
    {"rollout.changed phase=d1", branch, "migration", only_live},
    {"rollout.changed phase=d1_reads", branch, "migration", only_live},
    {"rollout.changed phase=dual_write", branch, "migration", only_live},
    {"rollout.changed phase=kv_only", branch, "migration", only_live},
    {"rollout.changed phase=reconcile", branch, "migration", only_live},
    {"rollout.changed phase=verify", branch, "migration", only_live},
});

// What the program can do and no storm, or hardly any, makes it do; and faults that a site's kind
// allows and that cannot come about there.
constexpr auto exceptions = std::to_array<ReachException>({
    {"kv.remove", "",
     "only an operator's invalidation removes entries: the live scenarios have it"},
    {"fate failed", "", "one storm in 2,000: a key must fail all its attempts", rare},
    {"step failed", "", "as rare: a run fails only with keys that failed for good", rare},
    {"breaker.changed service=provider state=closed", "", "four in 1,000 live storms", rare},
    {"guard.finding action=stop_writes", "", "one in 1,000 live storms", rare},
    {"lookup.shadow result=absent", "", "three in 1,000 live storms", rare},
    {"kv.list", "cursor_refused", "a source of one page has no cursor", false, two_pages},
    {"migrate.not_verified", "", "D1 loses no row that it confirmed: that is a planted defect"},
    {"kv.remove", any_fault, "its operator invalidates when the storm is over", false, 0, "deploy"},
});

bool is_excused(std::string_view what, std::string_view fault, const StormCase& base) {
  return std::any_of(exceptions.begin(), exceptions.end(), [&](const ReachException& entry) {
    return entry.what == what && (entry.fault == fault || entry.fault == any_fault) &&
           (entry.below_keys == 0 || base.keys < entry.below_keys) &&
           (entry.scenario.empty() || entry.scenario == base.scenario);
  });
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
    if ((row.live && base.isolates == 0) || base.keys < row.keys) continue;
    if (row.is_site) {
      const auto found = reach.sites().find(row.what);
      if (found == reach.sites().end() || found->second.calls == 0) {
        holes.sites.emplace_back(row.what);
      }
    } else if (!base.plan && reach.times(row.what) == 0) {  // a plan may be as calm as it likes
      holes.branches.emplace_back(row.what);
    }
  }
  for (const auto& [name, reached] : reach.sites()) {
    for (const faults::FaultRow& row : faults::fault_table()) {
      if (reached.faults[static_cast<std::size_t>(row.fault)] > 0) continue;
      if (!can_happen(row.fault, name) || is_excused(name, row.name, base)) continue;
      if (base.plan && base.plan->rates[static_cast<std::size_t>(row.fault)] == 0) continue;
      holes.faults.push_back(name + ": " + std::string(row.name));
    }
  }
  if (!base.plan) return holes;
  for (const faults::PlannedFault& fault : base.plan->exactly) {
    if (reach.times(planned_branch(fault)) == 0) holes.branches.push_back(planned_branch(fault));
  }
  return holes;
}

std::string planned_branch(const faults::PlannedFault& fault) {
  return "planned " + std::string(row_of(fault.fault).name) + ": " + describe(fault.address);
}

}  // namespace cutover::chaos
