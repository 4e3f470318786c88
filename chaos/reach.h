// Reach: how often a campaign came to each site, and which faults happened there. A site or a fault
// that was never reached is a hole in the campaign, and is reported as one.
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
  void add(const Reach& other);

  [[nodiscard]] const std::map<std::string, SiteReach, std::less<>>& sites() const {
    return sites_;
  }
  [[nodiscard]] std::uint64_t calls() const;
  // Faults that can happen at a site that was reached, and never did: "d1.batch: lost_after".
  [[nodiscard]] std::vector<std::string> never_happened() const;

 private:
  std::map<std::string, SiteReach, std::less<>> sites_;
};

// Passes on to another plan, and counts the calls.
class CountingPlan final : public sim::FaultPlan {
 public:
  CountingPlan(sim::FaultPlan& plan, Reach& reach) : plan_(plan), reach_(reach) {}
  sim::Decision decide(const sim::Process& process, const sim::Call& call, std::uint64_t ordinal,
                       Duration now) override;

 private:
  sim::FaultPlan& plan_;
  Reach& reach_;
};

}  // namespace cutover::chaos
