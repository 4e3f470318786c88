// World: one simulated platform: a scheduler, a KV namespace, a D1 database, a provider and the
// gate before them, with as many processes (isolates) as a scenario starts.
//
// What a process holds is an Isolate: the ports that the core sees. The fakes' state stays when a
// process dies; a new process starts from nothing. One world, one OS thread.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "fakes/d1/d1_client.h"
#include "fakes/d1/d1_service.h"
#include "fakes/kv/kv_client.h"
#include "fakes/kv/kv_service.h"
#include "fakes/provider/provider_client.h"
#include "fakes/provider/provider_service.h"
#include "fakes/sim/gate.h"
#include "fakes/sim/scheduler.h"
#include "fakes/sim/sim_runtime.h"
#include "fakes/sim/virtual_vfs.h"

namespace cutover::scenarios {

class World;

struct Isolate {
  Isolate(World& world, sim::Process& owner, std::size_t location);

  sim::Process& process;
  sim::SimRuntime runtime;
  sim::HistoryTelemetry telemetry;
  fakes::KvClient kv;
  fakes::D1Client d1;
  fakes::ProviderClient provider;
};

struct WorldOptions {
  std::uint64_t seed = 1;
  UnixTime start{1'764'000'000'000'000};  // 2025-11-24T16:00:00Z
  sim::Scheduler::Mode mode = sim::Scheduler::Mode::fibers;
  sim::History::Keep keep = sim::History::Keep::digest_only;
  sim::StackPool* stacks = nullptr;  // shared by worlds of one OS thread; null: the world owns one
  fakes::KvService::Options kv;
  fakes::D1Service::Options d1;
  fakes::ProviderService::Options provider;
};

// What the platform grants one invocation of a Worker (reference facts B2, C): the paid plan.
[[nodiscard]] Budget paid_plan_2025();
[[nodiscard]] Budget paid_plan_2026();
[[nodiscard]] Budget no_limits();

class World {
 public:
  // `plan` must outlive the world.
  World(const WorldOptions& options, sim::FaultPlan& plan);
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  [[nodiscard]] sim::Scheduler& scheduler() { return scheduler_; }
  [[nodiscard]] sim::Gate& gate() { return gate_; }
  [[nodiscard]] fakes::KvService& kv() { return kv_; }
  [[nodiscard]] fakes::D1Service& d1() { return d1_; }
  [[nodiscard]] fakes::ProviderService& provider() { return provider_; }

  // Queues `body` as the first task of a new process of this role, with this budget. The isolate
  // lives until the body ends; run() does the work.
  sim::Process& start(const std::string& role, std::size_t location, const Budget& budget,
                      std::function<void(Isolate&)> body);

  // Until nothing can run any more. Rethrows what escaped a body.
  void run() { scheduler_.run(); }

  // start and run. False: the process was killed before its body ended.
  bool invoke(const std::string& role, std::size_t location, const Budget& budget,
              const std::function<void(Isolate&)>& body);

  // Lets virtual time pass.
  void wait(Duration duration);

 private:
  sim::Scheduler scheduler_;
  sim::VirtualTimeVfs vfs_;
  sim::Gate gate_;
  fakes::KvService kv_;
  fakes::D1Service d1_;
  fakes::ProviderService provider_;
};

}  // namespace cutover::scenarios
