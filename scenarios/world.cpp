#include "scenarios/world.h"

namespace cutover::scenarios {
namespace {

sim::Scheduler::Options scheduler_options(const WorldOptions& options) {
  sim::Scheduler::Options scheduler;
  scheduler.seed = options.seed;
  scheduler.start = options.start;
  scheduler.mode = options.mode;
  scheduler.keep = options.keep;
  scheduler.stacks = options.stacks;
  return scheduler;
}

fakes::D1Service::Options d1_options(const WorldOptions& options, const sim::VirtualTimeVfs& vfs) {
  fakes::D1Service::Options d1 = options.d1;
  d1.vfs = vfs.name();
  return d1;
}

}  // namespace

Isolate::Isolate(World& world, sim::Process& owner, std::size_t location)
    : process(owner),
      runtime(world.scheduler(), owner),
      telemetry(world.scheduler()),
      kv(world.kv(), world.gate(), owner, location),
      d1(world.d1(), world.gate(), owner),
      provider(world.provider(), world.gate(), owner) {}

Budget paid_plan_2025() {
  return {1000, 1000, 1000, std::chrono::minutes(15)};
}
Budget paid_plan_2026() {
  return {10'000, 1000, 1000, std::chrono::minutes(15)};
}
Budget no_limits() {
  return {};
}

World::World(const WorldOptions& options, sim::FaultPlan& plan)
    : scheduler_(scheduler_options(options)),
      vfs_(scheduler_),
      gate_(scheduler_, plan),
      kv_(scheduler_, options.kv),
      d1_(scheduler_, d1_options(options, vfs_)),
      provider_(scheduler_, options.provider) {}

sim::Process& World::start(const std::string& role, std::size_t location, const Budget& budget,
                           std::function<void(Isolate&)> body) {
  sim::Process& process = scheduler_.start_process(role);
  scheduler_.begin_invocation(process, budget);
  scheduler_.spawn(process, "main", [this, &process, location, body = std::move(body)] {
    Isolate isolate(*this, process, location);
    body(isolate);
  });
  return process;
}

bool World::invoke(const std::string& role, std::size_t location, const Budget& budget,
                   const std::function<void(Isolate&)>& body) {
  const sim::Process& process = start(role, location, budget, body);
  run();
  return process.alive();
}

void World::wait(Duration duration) {
  invoke("clock", 0, no_limits(),
         [duration](Isolate& isolate) { isolate.runtime.sleep(duration); });
}

}  // namespace cutover::scenarios
