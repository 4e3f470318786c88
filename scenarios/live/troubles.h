// Troubles: a fault plan whose faults begin and end while the world runs, as an exercise's
// supervisor would have them. Counted, never drawn: one call in so many, so that a rate is exact.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "fakes/sim/gate.h"

namespace cutover::scenarios {

struct Trouble {
  std::string name;
  std::function<bool(const sim::Process&, const sim::Call&)> befalls;
  sim::Decision decision;
  std::uint64_t hits = 1;    // of so many calls that it befalls, so many are hit, evenly spread:
  std::uint64_t out_of = 1;  // 1 of 1 is every call, 2 of 39 the 20th and the 39th
};

// Which calls: of a service; of a service about a key or statement whose name has this in it.
[[nodiscard]] std::function<bool(const sim::Process&, const sim::Call&)> calls_of(Service service);
[[nodiscard]] std::function<bool(const sim::Process&, const sim::Call&)> calls_about(
    Service service, std::string part);

[[nodiscard]] sim::Decision refused(FailureKind kind = FailureKind::unavailable);
[[nodiscard]] sim::Decision late_by(Duration delay);

class Troubles final : public sim::FaultPlan {
 public:
  // One that has this name already begins anew.
  void begin(Trouble trouble);
  void end(const std::string& name);  // nothing when there is none
  void end_all();

  // Calls that were hit since the beginning.
  [[nodiscard]] std::uint64_t hits() const { return hits_; }

  sim::Decision decide(const sim::Process& process, const sim::Call& call, std::uint64_t ordinal,
                       Duration now) override;

 private:
  struct Standing {
    Trouble trouble;
    std::uint64_t met = 0;  // calls that it could befall
  };
  std::vector<Standing> standing_;
  std::uint64_t hits_ = 0;
};

}  // namespace cutover::scenarios
