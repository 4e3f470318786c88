#include "fakes/sim/scheduler.h"

#include <algorithm>
#include <utility>

#include "core/ports/check.h"
#include "fakes/sim/sanitizers.h"
#include "fakes/sim/world.h"

namespace cutover::sim {

Process::Process(std::uint32_t id, std::string role, std::uint32_t incarnation)
    : id_(id), role_(std::move(role)), incarnation_(incarnation) {}

Scheduler::Scheduler(const Options& options) : impl_(std::make_unique<Impl>(options)) {}

Scheduler::~Scheduler() {
  impl_->stop();
}

Process& Scheduler::start_process(std::string role) {
  const Quiet quiet;
  return impl_->start_process(std::move(role));
}

void Scheduler::begin_invocation(Process& process, Budget budget) {
  const Quiet quiet;
  if (budget.wall != Duration::max()) budget.wall = impl_->after(budget.wall);
  process.budget = budget;
}

TaskId Scheduler::spawn(Process& process, std::string_view name, std::function<void()> body) {
  return impl_->spawn(current(), process, name, std::move(body));
}

TaskId Scheduler::spawn_for(TaskId parent, Process& process, std::string_view name,
                            std::function<void()> body) {
  return impl_->spawn(parent, process, name, std::move(body));
}

void Scheduler::run() {
  impl_->run();
}

void Scheduler::sleep(Duration duration) {
  Task* task = impl_->about_to_wait();
  if (task == nullptr) return;
  Task::State state = Task::State::sleeping;
  {
    const Quiet quiet;
    if (duration > Duration{0}) {
      impl_->timers.add(impl_->after(duration), task->id, task->wait);
    } else {
      impl_->stand_in_line(*task);
      state = Task::State::runnable;
    }
  }
  impl_->wait(*task, state, "sleep");
  impl_->throw_if_killed(*task);
}

void Scheduler::park(std::string_view waiting_for) {
  Task* task = impl_->about_to_wait();
  if (task == nullptr) return;
  impl_->wait(*task, Task::State::waiting, waiting_for);
  impl_->throw_if_killed(*task);
  happens_after(task);
}

bool Scheduler::park_for(std::string_view waiting_for, Duration duration) {
  Task* task = impl_->about_to_wait();
  if (task == nullptr) return false;
  {
    const Quiet quiet;
    impl_->timers.add(impl_->after(std::max(duration, Duration{0})), task->id, task->wait);
  }
  impl_->wait(*task, Task::State::waiting, waiting_for);
  impl_->throw_if_killed(*task);
  happens_after(task);
  return !task->timed_out;
}

bool Scheduler::park_in_destructor(std::string_view waiting_for) noexcept {
  if (unwinding() || impl_->killed()) return false;
  Task* task = impl_->about_to_wait();
  impl_->wait(*task, Task::State::waiting, waiting_for);
  happens_after(task);
  return !task->condemned;
}

TaskId Scheduler::current() const {
  return impl_->current == nullptr ? 0 : impl_->current->id;
}

Process& Scheduler::current_process() {
  CUTOVER_CHECK(impl_->current != nullptr, "only a task has a current process");
  return *impl_->current->process;
}

Duration Scheduler::now() const {
  return impl_->now;
}

UnixTime Scheduler::wall() const {
  std::int64_t micros = 0;
  if (__builtin_add_overflow(impl_->options.start.micros, impl_->now.count(), &micros)) {
    micros = INT64_MAX;
  }
  return UnixTime{micros};
}

void Scheduler::wake(TaskId task) {
  impl_->wake(task);
}

void Scheduler::kill(Process& process) {
  Task* task = impl_->current;
  const bool was_killed = impl_->killed();
  {
    const Quiet quiet;
    if (!process.alive()) return;
    impl_->kill(process);
  }
  if (was_killed || !impl_->killed()) return;
  // Newer tasks of the process are unwound first, then this one gets its Killed.
  impl_->wait(*task, Task::State::waiting, "its end");
  impl_->throw_if_killed(*task);
}

void Scheduler::end_after(TaskId task, Duration duration) {
  const Quiet quiet;
  impl_->timers.add(impl_->after(std::max(duration, Duration{0})), task, Timer::ends_task);
}

bool Scheduler::unwinding() const {
  return impl_->unwinding();
}

bool Scheduler::accepts_tasks() const {
  return impl_->accepts_tasks();
}

std::uint64_t Scheduler::seed() const {
  return impl_->options.seed;
}

RandomStream& Scheduler::random(std::string_view name) {
  const Quiet quiet;
  auto& streams = impl_->streams;
  auto found = streams.find(name);
  if (found == streams.end()) {
    found = streams.emplace(std::string(name), RandomStream(seed(), name)).first;
  }
  return found->second;
}

const Schedule& Scheduler::schedule() const {
  return impl_->schedule;
}

History& Scheduler::history() {
  return impl_->history;
}

void Scheduler::record(const Process& process, EventKind kind, std::string_view what,
                       std::string_view key, std::string_view result, std::uint64_t payload) {
  impl_->record(process, kind, what, key, result, payload);
}

Scheduler::NoSwitch::NoSwitch(Scheduler& scheduler) : scheduler_(scheduler) {
  ++scheduler_.impl_->no_switch;
}

Scheduler::NoSwitch::~NoSwitch() {
  --scheduler_.impl_->no_switch;
}

}  // namespace cutover::sim
