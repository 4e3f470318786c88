#include "scenarios/world.h"

#include <utility>

#include "fakes/sim/sanitizers.h"
#include "fakes/sim/stack_pool.h"

namespace cutover::scenarios {
namespace {

// Who plays one world plays many: mapping and unmapping stacks for each cost a sixth of a campaign,
// and half of a test under ThreadSanitizer.
sim::StackPool& stacks_of_this_thread() {
  thread_local sim::StackPool stacks;
  return stacks;
}

sim::Scheduler::Options scheduler_options(const WorldOptions& options) {
  sim::Scheduler::Options scheduler;
  scheduler.seed = options.seed;
  scheduler.start = options.start;
  scheduler.mode = options.mode;
  scheduler.keep = options.keep;
  scheduler.schedule = options.schedule;
  scheduler.stacks = &stacks_of_this_thread();
  return scheduler;
}

fakes::D1Service::Options d1_options(const WorldOptions& options, const sim::VirtualTimeVfs& vfs) {
  fakes::D1Service::Options d1 = options.d1;
  d1.vfs = vfs.name();
  return d1;
}

// Notes that a body has ended, however that came.
class Ending {
 public:
  explicit Ending(bool& ended) : ended_(ended) {}
  Ending(const Ending&) = delete;
  Ending& operator=(const Ending&) = delete;
  ~Ending() {
    const sim::Quiet quiet;
    ended_ = true;
  }

 private:
  bool& ended_;
};

}  // namespace

Isolate::Isolate(World& world, sim::Process& owner, std::size_t location)
    : process(owner),
      runtime(world.scheduler(), owner),
      telemetry(world.scheduler()),
      kv(world.kv(), world.gate(), owner, location),
      d1(world.d1(), world.gate(), owner),
      provider(world.provider(), world.gate(), owner) {}

World::World(const WorldOptions& options, sim::FaultPlan& plan)
    : scheduler_(scheduler_options(options)),
      clock_skew_max_(options.clock_skew_max),
      vfs_(scheduler_),
      gate_(scheduler_, plan),
      kv_(scheduler_, options.kv),
      d1_(scheduler_, d1_options(options, vfs_)),
      provider_(scheduler_, options.provider) {}

sim::Process& World::start(const std::string& role, std::size_t location, const Budget& budget,
                           std::function<void(Isolate&)> body) {
  sim::Process& process = scheduler_.start_process(role);
  {
    const sim::Quiet quiet;
    newest_[role] = &process;
    process.clock_skew = skew_of(role);
  }
  scheduler_.begin_invocation(process, budget);
  Body* state = nullptr;
  {
    const sim::Quiet quiet;
    state = &bodies_[process.id()];
  }
  const sim::TaskId task =
      scheduler_.spawn(process, "main", [this, &process, state, location, body = std::move(body)] {
        const Ending ending(state->ended);
        body(new_isolate(process, location));
      });
  const sim::Quiet quiet;
  state->task = task;
  if (budget.wall != Duration::max()) scheduler_.end_after(task, budget.wall);
  return process;
}

sim::Process* World::newest(const std::string& role) const {
  const sim::Quiet quiet;
  const auto found = newest_.find(role);
  return found == newest_.end() ? nullptr : found->second;
}

std::vector<std::string> World::roles() const {
  const sim::Quiet quiet;
  std::vector<std::string> roles;
  for (const auto& [role, process] : newest_) roles.push_back(role);
  return roles;
}

// The same for a role in every run with this seed, whatever else happens.
Duration World::skew_of(const std::string& role) const {
  if (clock_skew_max_ == Duration{0}) return Duration{0};
  RandomStream random(scheduler_.seed(), "clock of " + role);
  const std::int64_t most = clock_skew_max_.count();
  return Duration(random.between(-most, most));
}

Isolate& World::new_isolate(sim::Process& process, std::size_t location) {
  auto isolate = std::make_unique<Isolate>(*this, process, location);
  const sim::Quiet quiet;
  return *isolates_.emplace_back(std::move(isolate));
}

bool World::runs(const sim::Process& process) const {
  const sim::Quiet quiet;
  return process.alive() && !bodies_.at(process.id()).ended;
}

void World::disconnect(const sim::Process& process) {
  const sim::Quiet quiet;
  scheduler_.end_after(bodies_.at(process.id()).task, Duration{0});
}

bool World::invoke(const std::string& role, std::size_t location, const Budget& budget,
                   const std::function<void(Isolate&)>& body) {
  bool ended = false;
  start(role, location, budget, [&](Isolate& isolate) {
    body(isolate);
    ended = true;
  });
  run();
  return ended;
}

void World::wait(Duration duration) {
  invoke("clock", 0, no_limits(),
         [duration](Isolate& isolate) { isolate.runtime.sleep(duration); });
}

}  // namespace cutover::scenarios
