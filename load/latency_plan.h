// LatencyPlan: how long each call to a simulated service takes, drawn from the profile's model. It
// is a fault plan that never fails anything: all times pass through the gate, like faults do.
//
// D1's statements besides wait for and keep its one queue: those times are the fake's own.
#pragma once

#include <cstdint>
#include <map>

#include "fakes/kv/kv_service.h"
#include "fakes/sim/gate.h"
#include "load/distributions.h"
#include "load/profile.h"

namespace cutover::load {

class LatencyPlan final : public sim::FaultPlan {
 public:
  LatencyPlan(const LatencyModel& model, std::uint64_t seed);

  // Before it, calls take no time: while a world is set up. `kv` must outlive the plan's use.
  void begin(const fakes::KvService& kv) { kv_ = &kv; }
  // Where a process reads KV; location 0 for those that are not named.
  void place(const sim::Process& process, std::size_t location);

  sim::Decision decide(const sim::Process& process, const sim::Call& call, std::uint64_t ordinal,
                       Duration now) override;

 private:
  Duration draw(const sim::Process& process, const sim::Call& call);
  [[nodiscard]] bool remembered(const sim::Process& process, const sim::Call& call) const;

  const fakes::KvService* kv_ = nullptr;
  std::map<std::uint32_t, std::size_t> locations_;  // by process
  Lognormal kv_cached_;
  Lognormal kv_cold_;
  Lognormal kv_write_;
  Lognormal d1_;
  Lognormal provider_;
  RandomStream kv_random_;
  RandomStream d1_random_;
  RandomStream provider_random_;
};

}  // namespace cutover::load
