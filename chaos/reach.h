// Reach: how often a campaign came to each site, which faults happened there, and which rare
// branches of the core it saw. What was never reached is a hole in the campaign (required_reach.h).
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "fakes/faults/fault_table.h"
#include "fakes/sim/gate.h"

namespace cutover::chaos {

struct SiteReach {
  std::uint64_t calls = 0;
  std::array<std::uint64_t, faults::fault_count> faults{};
};

class Reach {
 public:
  void count_call(std::string_view site);
  void count_fault(std::string_view site, faults::Fault fault);
  void count_branch(std::string_view branch, std::uint64_t times = 1);
  [[nodiscard]] SiteReach& at(const std::string& site) { return sites_[site]; }
  void add(const Reach& other);

  [[nodiscard]] const std::map<std::string, SiteReach, std::less<>>& sites() const {
    return sites_;
  }
  // "breaker.changed service=kv state=open": how often; run_watch.h says what a branch is.
  [[nodiscard]] const std::map<std::string, std::uint64_t, std::less<>>& branches() const {
    return branches_;
  }
  [[nodiscard]] std::uint64_t calls() const;
  [[nodiscard]] std::uint64_t times(std::string_view branch) const;

 private:
  std::map<std::string, SiteReach, std::less<>> sites_;
  std::map<std::string, std::uint64_t, std::less<>> branches_;
};

// Can this fault happen at some call of this site?
[[nodiscard]] bool can_happen(faults::Fault fault, std::string_view site);

}  // namespace cutover::chaos
