#include "fakes/sim/world.h"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "core/ports/check.h"
#include "fakes/sim/fiber.h"
#include "fakes/sim/handoff.h"
#include "fakes/sim/sanitizers.h"

namespace cutover::sim {
namespace {

// A task that unwinds and yet asks to wait again and again has swallowed its Killed.
constexpr std::uint64_t kRefusedWaitsMax = 1'000'000;

constexpr std::size_t kTasksNamedMax = 20;

std::string name_of(const Task& task) {
  return task.process->role() + "/" + task.name + " (task " + std::to_string(task.id) + ")";
}

}  // namespace

Scheduler::Impl::Impl(const Options& given)
    : options(given),
      history(given.keep),
      schedule(given.seed, given.schedule),
      stacks(given.stacks == nullptr ? &own_stacks : given.stacks) {}

Process& Scheduler::Impl::start_process(std::string role) {
  const auto id = static_cast<std::uint32_t>(processes.size() + 1);
  // A role's next process goes on where its last one ended, so that no stream of chance is
  // replayed.
  std::uint32_t& earlier = incarnations[role];
  processes.push_back(std::make_unique<Process>(id, std::move(role), ++earlier));
  Process& process = *processes.back();
  record(process, EventKind::process, "started", process.role(), {}, 0);
  return process;
}

void Scheduler::Impl::run() {
  CUTOVER_CHECK(!running, "run() was called from inside the world that it runs");
  if (stopped) throw std::logic_error("this world has stopped after a failure; make a new one");
  happens_before(&running);
  running = true;
  loop();
  running = false;
  happens_after(this);
  if (error) std::rethrow_exception(error);
}

void Scheduler::Impl::stop() {
  CUTOVER_CHECK(!running, "a world was destroyed while it runs");
  stopped = true;
  {
    const Quiet quiet;
    condemn_all();
  }
  running = true;
  loop();
  running = false;
  happens_after(this);
}

TaskId Scheduler::Impl::spawn(TaskId parent, Process& process, std::string_view name,
                              std::function<void()> body) {
  CUTOVER_CHECK(body != nullptr, "a task needs a body");
  if (!accepts_tasks()) return 0;
  Task* task = nullptr;
  {
    const Quiet quiet;
    if (!process.alive_) {
      process.alive_ = true;
      record(process, EventKind::process, "started", process.role(), {}, 0);
    }
    CUTOVER_CHECK(last_id < UINT32_MAX, "a world can have 2^32 tasks");
    auto made = std::make_unique<Task>();
    task = made.get();
    task->id = ++last_id;
    task->parent = parent;
    task->process = &process;
    task->incarnation = process.incarnation();
    task->name = name;
    tasks.emplace(task->id, std::move(made));
  }
  task->body = std::move(body);
  happens_before(task);
  const Quiet quiet;
  make_runnable(*task);
  return task->id;
}

void Scheduler::Impl::wake(TaskId id) {
  Task* task = nullptr;
  {
    const Quiet quiet;
    const auto found = tasks.find(id);
    if (found == tasks.end()) return;
    task = found->second.get();
  }
  if (task->state != Task::State::waiting || task->condemned) return;
  happens_before(task);
  const Quiet quiet;
  make_runnable(*task);
}

void Scheduler::Impl::kill(Process& process) {
  record(process, EventKind::process, "killed", process.role(), {}, 0);
  const std::uint32_t dead = process.incarnation_++;
  std::uint32_t& newest = incarnations[process.role()];
  newest = std::max(newest, process.incarnation_);
  process.alive_ = false;
  std::vector<Task*> doomed;
  for (Task* task : live_tasks()) {
    if (task->process == &process && task->incarnation == dead) doomed.push_back(task);
  }
  condemn(std::move(doomed));
}

bool Scheduler::Impl::unwinding() const {
  return dropping || (current != nullptr && current->unwinding);
}

void Scheduler::Impl::record(const Process& process, EventKind kind, std::string_view what,
                             std::string_view key, std::string_view result, std::uint64_t payload) {
  EventView event;
  event.at = now;
  event.process = process.id();
  event.incarnation = current != nullptr && current->process == &process ? current->incarnation
                                                                         : process.incarnation();
  event.task = current == nullptr ? 0 : current->id;
  event.kind = kind;
  event.what = what;
  event.key = key;
  event.result = result;
  event.payload = payload;
  history.record_view(event);
}

Task* Scheduler::Impl::about_to_wait() {
  if (dropping) return nullptr;
  CUTOVER_CHECK(current != nullptr, "only a task can wait");
  CUTOVER_CHECK(no_switch == 0, "a switch inside of something that must happen in one piece");
  if (current->unwinding) {
    ++current->refused_waits;
    CUTOVER_CHECK(current->refused_waits < kRefusedWaitsMax, "a task swallowed its Killed");
    return nullptr;
  }
  throw_if_killed(*current);
  return current;
}

void Scheduler::Impl::wait(Task& task, Task::State state, std::string_view waiting_for) {
  CUTOVER_CHECK(&task == current, "only the current task can wait");
  CUTOVER_CHECK(no_switch == 0, "a switch inside of something that must happen in one piece");
  task.state = state;
  task.waiting_for = waiting_for;
  task.timed_out = false;
  task.strand->suspend();
}

void Scheduler::Impl::throw_if_killed(Task& task) {
  if (!task.condemned) return;
  task.unwinding = true;
  throw Killed{};
}

Duration Scheduler::Impl::after(Duration duration) const {
  return duration > Duration::max() - now ? Duration::max() : now + duration;
}

void Scheduler::Impl::loop() {
  for (;;) {
    if (!condemned.empty()) {
      unwind_next();
      continue;
    }
    if (Task* task = choose()) {
      resume(*task);
      if (switches > options.switches_max && !stopped) fail(stuck("the world is stuck"));
      continue;
    }
    if (advance_time()) continue;
    if (tasks.empty()) return;
    fail(stuck("deadlock"));
  }
}

Task* Scheduler::Impl::choose() {
  const Quiet quiet;  // names of tasks are copied where their order is listed
  if (runnable.empty()) return nullptr;
  std::size_t at = 0;
  if (schedule.by_number()) {
    at = schedule.choose_by_number(runnable.size());
  } else {
    candidates.clear();
    for (const Task* task : runnable) {
      candidates.push_back({task->process->role(), task->name, task->queued});
    }
    at = schedule.choose(candidates);
  }
  Task* task = runnable[at];
  runnable[at] = runnable.back();
  runnable.pop_back();
  return task;
}

// To the next timer that still matters; everything that is due then becomes runnable together.
bool Scheduler::Impl::advance_time() {
  const Quiet quiet;
  while (!timers.empty() && stale(timers.next())) timers.drop_next();
  if (timers.empty()) return false;
  const Duration due = timers.next().at;
  now = std::max(now, due);
  while (!timers.empty() && timers.next().at == due) {
    const Timer timer = timers.next();
    timers.drop_next();
    if (!stale(timer)) deliver(timer);
  }
  return true;
}

void Scheduler::Impl::deliver(const Timer& timer) {
  Task& task = *tasks.at(timer.task);
  if (timer.wait == Timer::ends_task) {
    condemn_with_descendants(task);
    return;
  }
  make_runnable(task);
  task.timed_out = true;
}

bool Scheduler::Impl::stale(const Timer& timer) const {
  const auto found = tasks.find(timer.task);
  if (found == tasks.end() || found->second->condemned) return true;
  return timer.wait != Timer::ends_task && timer.wait != found->second->wait;
}

void Scheduler::Impl::make_runnable(Task& task) {
  task.state = Task::State::runnable;
  ++task.wait;
  stand_in_line(task);
}

void Scheduler::Impl::stand_in_line(Task& task) {
  task.queued = ++last_queued;
  runnable.push_back(&task);
}

void Scheduler::Impl::resume(Task& task) {
  if (!task.strand && !make_strand(task)) return;
  ++switches;
  task.state = Task::State::running;
  current = &task;
  task.strand->resume();
  current = nullptr;
  if (task.state == Task::State::ended) erase(task);
}

// False when the machine has no more stacks or threads: the world stops.
bool Scheduler::Impl::make_strand(Task& task) {
  const Quiet quiet;
  auto body = [this, &task] { run_body(task); };
  try {
    task.strand = options.mode == Mode::fibers
                      ? make_fiber(*stacks, options.switches_in_order, std::move(body))
                      : make_handoff_thread(std::move(body));
  } catch (const std::exception&) {
    fail(std::current_exception());
    return false;
  }
  return true;
}

// On the task's own strand, from its beginning to its end.
void Scheduler::Impl::run_body(Task& task) {
  happens_after(&running);
  happens_after(&task);
  try {
    // Moved here so that what the body holds is destroyed on this stack, as part of the task.
    const std::function<void()> body = std::exchange(task.body, nullptr);
    body();
    if (task.unwinding) {
      throw std::logic_error(name_of(task) + " swallowed its Killed: never catch (...)");
    }
  } catch (const Killed&) {  // its end, as it should be
  } catch (...) {
    fail(std::current_exception());
  }
  happens_before(this);
  task.state = Task::State::ended;
}

void Scheduler::Impl::erase(Task& task) {
  const Quiet quiet;
  tasks.erase(task.id);
}

void Scheduler::Impl::unwind_next() {
  const TaskId id = condemned.front();
  condemned.pop_front();
  const auto found = tasks.find(id);
  if (found == tasks.end()) return;
  Task& task = *found->second;
  if (task.strand) {
    resume(task);
    return;
  }
  // What it would have worked with goes, and destructors may ask for this and that meanwhile.
  dropping = true;
  happens_after(&task);
  task.body = nullptr;
  dropping = false;
  erase(task);
}

void Scheduler::Impl::condemn(std::vector<Task*> doomed) {
  for (auto task = doomed.rbegin(); task != doomed.rend(); ++task) {
    if ((*task)->condemned) continue;
    (*task)->condemned = true;
    condemned.push_back((*task)->id);
  }
  std::erase_if(runnable, [](const Task* task) { return task->condemned; });
}

void Scheduler::Impl::condemn_with_descendants(Task& task) {
  std::vector<Task*> family;
  for (Task* live : live_tasks()) {
    const auto is_parent = [live](const Task* member) { return member->id == live->parent; };
    if (live == &task || std::any_of(family.begin(), family.end(), is_parent)) {
      family.push_back(live);
    }
  }
  condemn(std::move(family));
}

void Scheduler::Impl::condemn_all() {
  condemn(live_tasks());
}

void Scheduler::Impl::fail(std::exception_ptr reason) {
  const Quiet quiet;
  if (!error) error = std::move(reason);
  stopped = true;
  std::vector<Task*> others = live_tasks();
  std::erase(others, current);
  condemn(std::move(others));
}

std::vector<Task*> Scheduler::Impl::live_tasks() const {
  std::vector<Task*> live;
  live.reserve(tasks.size());
  for (const auto& [id, task] : tasks) live.push_back(task.get());
  std::sort(live.begin(), live.end(),
            [](const Task* left, const Task* right) { return left->id < right->id; });
  return live;
}

std::exception_ptr Scheduler::Impl::stuck(std::string_view why) const {
  const std::vector<Task*> live = live_tasks();
  std::string text(why);
  text += " after " + std::to_string(switches) + " switches, with " + std::to_string(live.size()) +
          " tasks:";
  for (std::size_t i = 0; i < live.size() && i < kTasksNamedMax; ++i) {
    text += "\n  " + name_of(*live[i]);
    if (live[i]->state == Task::State::waiting) {
      text.append(" waits for ").append(live[i]->waiting_for);
    } else if (live[i]->state == Task::State::sleeping) {
      text += " sleeps";
    } else {
      text += " could run";
    }
  }
  if (live.size() > kTasksNamedMax) text += "\n  and others";
  return std::make_exception_ptr(std::logic_error(text));
}

}  // namespace cutover::sim
