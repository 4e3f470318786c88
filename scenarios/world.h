// World: one simulated platform: a scheduler, a KV namespace, a D1 database, a provider and the
// gate before them, with as many processes (isolates) as a scenario starts.
//
// What a process holds is an Isolate: the ports that the core sees. The fakes' state stays when a
// process dies; a new process starts from nothing. One world, one OS thread.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

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
#include "scenarios/platform.h"

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
  fakes::KvService::Options kv;
  fakes::D1Service::Options d1;
  fakes::ProviderService::Options provider;
  sim::ScheduleOptions schedule;
  Duration clock_skew_max{0};  // each role's clock is off by so much at most, either way
};

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

  // Queues `body` as the first task of a new process of this role, with this budget; run()
  // does the work. When the budget's wall time is over, the platform ends the body and all that it
  // started.
  sim::Process& start(const std::string& role, std::size_t location, const Budget& budget,
                      std::function<void(Isolate&)> body);

  // Until nothing can run any more. Rethrows what escaped a body.
  void run() { scheduler_.run(); }

  // The newest process of this role, dead or alive; null: there never was one.
  [[nodiscard]] sim::Process* newest(const std::string& role) const;
  [[nodiscard]] std::vector<std::string> roles() const;

  // Is the body that was started in this process still on its way? False once it came to its end,
  // was ended, or died with its process.
  [[nodiscard]] bool runs(const sim::Process& process) const;

  // The client of this process's invocation has gone away: the body and all that it started are
  // ended where they stand. Deferred work goes on, for what is left of its 30 s.
  void disconnect(const sim::Process& process);

  // The platform takes the isolate away: all of it ends, deferred work too, and its memory is lost.
  void evict(sim::Process& process) { scheduler_.kill(process); }

  // start and run. False: the body was ended before it came to its own end.
  bool invoke(const std::string& role, std::size_t location, const Budget& budget,
              const std::function<void(Isolate&)>& body);

  // Lets virtual time pass.
  void wait(Duration duration);

 private:
  [[nodiscard]] Duration skew_of(const std::string& role) const;

  struct Body {
    sim::TaskId task = 0;
    bool ended = false;
  };

  Isolate& new_isolate(sim::Process& process, std::size_t location);

  // As long as the world: deferred work may use an isolate whose body has ended. First, so that
  // they outlive the tasks that a stopped world unwinds.
  std::vector<std::unique_ptr<Isolate>> isolates_;
  sim::Scheduler scheduler_;
  Duration clock_skew_max_;
  std::map<std::string, sim::Process*> newest_;  // by role
  sim::VirtualTimeVfs vfs_;
  sim::Gate gate_;
  fakes::KvService kv_;
  fakes::D1Service d1_;
  fakes::ProviderService provider_;
  std::map<std::uint32_t, Body> bodies_;  // by process
};

}  // namespace cutover::scenarios
