// What a campaign must have reached: the sites of each scenario, the rare branches of the core, and
// every fault at every site where it can happen. The list is data, and so are the exceptions, each
// with its reason. A campaign that never came somewhere says nothing about it.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "chaos/reach.h"
#include "chaos/storm_run.h"

namespace cutover::chaos {

// From so many storms on a hole is a failure; fewer say only what they did not reach.
inline constexpr std::uint64_t reach_from_default = 2000;

struct RequiredReach {
  std::string_view what;  // a site ("kv.list") or a branch ("step complete")
  bool is_site = false;
  std::string_view scenario;  // that reaches it; empty: every one
  bool live = false;          // only with isolates of the live system
  std::uint64_t keys = 1;     // only with so many keys of the source, or more
};
[[nodiscard]] std::span<const RequiredReach> required_reach();

inline constexpr std::string_view any_fault = "*";

// What need not have been reached, and why.
struct ReachException {
  std::string_view what;   // a site or a branch
  std::string_view fault;  // at this site; empty: the site or branch itself; or any_fault
  std::string_view reason;
  bool rare = false;             // it happens, and too seldom to ask for it
  std::uint64_t below_keys = 0;  // only with fewer keys than this; 0: always
  std::string_view scenario{};   // only in this one; empty: in each
};
[[nodiscard]] std::span<const ReachException> reach_exceptions();

struct Holes {
  std::vector<std::string> sites;     // "kv.list"
  std::vector<std::string> branches;  // "step complete"
  std::vector<std::string> faults;    // "d1.batch: lost_after", of sites that were reached
  [[nodiscard]] bool none() const { return sites.empty() && branches.empty() && faults.empty(); }
  [[nodiscard]] std::size_t count() const { return sites.size() + branches.size() + faults.size(); }
};
// Of a campaign with a plan: its sites, its rates, and its planned calls.
[[nodiscard]] Holes holes_in(const Reach& reach, const StormCase& base);

// The branch that counts how often a planned fault came about:
// "planned lost_after: migrator d1.batch 'x' #2".
[[nodiscard]] std::string planned_branch(const faults::PlannedFault& fault);

}  // namespace cutover::chaos
