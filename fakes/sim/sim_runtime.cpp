#include "fakes/sim/sim_runtime.h"

#include <algorithm>
#include <deque>
#include <utility>

#include "core/ports/check.h"
#include "fakes/sim/sanitizers.h"

namespace cutover::sim {
namespace {

// The platform stops deferred work this long after the answer (reference facts on waitUntil).
constexpr Duration kDeferredMax = std::chrono::seconds(30);

// What a group and its tasks share; the last of them lets it go.
struct GroupState {
  GroupState(Scheduler& in, Process& of, std::size_t at_most)
      : scheduler(in), process(of), limit(at_most), owner(in.current()) {}

  Scheduler& scheduler;
  Process& process;
  std::size_t limit;
  TaskId owner;
  std::size_t running = 0;
  std::deque<std::function<void()>> queued;
  std::vector<TaskId> waiting;
};

void start(const std::shared_ptr<GroupState>& group, std::function<void()> body);

// Held by a running task; its end is the task's end, however that comes: return, kill, or being
// dropped before it ever ran.
class Ticket {
 public:
  explicit Ticket(std::shared_ptr<GroupState> group) : group_(std::move(group)) {}
  Ticket(const Ticket&) = delete;
  Ticket& operator=(const Ticket&) = delete;

  ~Ticket() {
    happens_before(group_.get());
    std::function<void()> next = take_next();
    if (next) {
      happens_after(group_.get());
      start(group_, std::move(next));
    }
    if (group_->running > 0) return;
    for (const TaskId task : take_waiting()) group_->scheduler.wake(task);
  }

 private:
  std::function<void()> take_next() {
    const Quiet quiet;
    --group_->running;
    if (!group_->scheduler.accepts_tasks()) group_->queued.clear();
    if (group_->queued.empty()) return nullptr;
    std::function<void()> next = std::move(group_->queued.front());
    group_->queued.pop_front();
    return next;
  }

  std::vector<TaskId> take_waiting() {
    const Quiet quiet;
    return std::exchange(group_->waiting, {});
  }

  std::shared_ptr<GroupState> group_;
};

void start(const std::shared_ptr<GroupState>& group, std::function<void()> body) {
  ++group->running;
  auto ticket = std::make_shared<Ticket>(group);
  group->scheduler.spawn_for(group->owner, group->process, "group task",
                             [ticket = std::move(ticket), body = std::move(body)] { body(); });
}

class SimTaskGroup final : public TaskGroup {
 public:
  SimTaskGroup(Scheduler& scheduler, Process& process, std::size_t limit)
      : state_(std::make_shared<GroupState>(scheduler, process, limit)) {
    CUTOVER_CHECK(limit > 0, "a task group needs room for a task");
  }

  // When the task is killed, its group's tasks were unwound before it: there is nothing to wait
  // for, and nobody who could.
  ~SimTaskGroup() override {
    Scheduler& scheduler = state_->scheduler;
    while (state_->running > 0 && !scheduler.unwinding()) {
      join_waiting();
      if (!scheduler.park_in_destructor("its task group")) break;
    }
    happens_after(state_.get());
  }

  void spawn(std::function<void()> task) override {
    CUTOVER_CHECK(task != nullptr, "a task needs a body");
    if (!state_->scheduler.accepts_tasks()) return;
    if (state_->running < state_->limit) {
      start(state_, std::move(task));
      return;
    }
    // The task that starts it later passes this on.
    happens_before(state_.get());
    const Quiet quiet;
    state_->queued.push_back(std::move(task));
  }

  void wait() override {
    Scheduler& scheduler = state_->scheduler;
    while (state_->running > 0 && !scheduler.unwinding()) {
      join_waiting();
      scheduler.park("its task group");
    }
    happens_after(state_.get());
  }

 private:
  void join_waiting() {
    const Quiet quiet;
    state_->waiting.push_back(state_->scheduler.current());
  }

  std::shared_ptr<GroupState> state_;
};

class SimMutex final : public Mutex {
 public:
  explicit SimMutex(Scheduler& scheduler) : scheduler_(scheduler) {}

  void lock() override {
    if (scheduler_.unwinding()) return;
    const TaskId me = scheduler_.current();
    CUTOVER_CHECK(me != 0, "only a task can lock");
    CUTOVER_CHECK(owner_ != me, "a lock is not recursive");
    if (owner_ == 0) {
      owner_ = me;
    } else {
      wait(me);
    }
    happens_after(this);
  }

  // First come, first served: the next in line owns the lock before it runs again.
  void unlock() override {
    if (owner_ != scheduler_.current()) {
      CUTOVER_CHECK(scheduler_.unwinding(), "a lock was released by a task that does not own it");
      return;
    }
    hand_over();
  }

 private:
  void wait(TaskId me) {
    {
      const Quiet quiet;
      waiting_.push_back(me);
    }
    try {
      while (owner_ != me) scheduler_.park("a lock");
    } catch (const Killed&) {
      if (owner_ == me) {
        hand_over();
      } else {
        const Quiet quiet;
        std::erase(waiting_, me);
      }
      throw;
    }
  }

  void hand_over() {
    happens_before(this);
    {
      const Quiet quiet;
      owner_ = waiting_.empty() ? 0 : waiting_.front();
      if (owner_ != 0) waiting_.pop_front();
    }
    if (owner_ != 0) scheduler_.wake(owner_);
  }

  Scheduler& scheduler_;
  TaskId owner_ = 0;
  std::deque<TaskId> waiting_;
};

void append_value(std::string& text, const Field& field) {
  if (const auto* number = std::get_if<std::int64_t>(&field.value)) {
    text += std::to_string(*number);
  } else {
    text += std::get<std::string_view>(field.value);
  }
}

}  // namespace

SimRuntime::SimRuntime(Scheduler& scheduler, Process& process)
    : scheduler_(scheduler),
      process_(process),
      incarnation_(process.incarnation()),
      started_(scheduler.now()) {}

Duration SimRuntime::now() const {
  return scheduler_.now() - started_;
}

UnixTime SimRuntime::wall() const {
  return UnixTime{scheduler_.wall().micros + process_.clock_skew.count()};
}

void SimRuntime::sleep(Duration duration) {
  scheduler_.sleep(duration);
}

std::unique_ptr<TaskGroup> SimRuntime::task_group(std::size_t limit) {
  return std::make_unique<SimTaskGroup>(scheduler_, process_, limit);
}

void SimRuntime::defer(std::function<void()> work) {
  // Not a child of this task: it outlives the task that answers.
  const TaskId task = scheduler_.spawn_for(0, process_, "deferred work", std::move(work));
  if (task != 0) scheduler_.end_after(task, kDeferredMax);
}

std::unique_ptr<Mutex> SimRuntime::mutex() {
  return std::make_unique<SimMutex>(scheduler_);
}

std::uint64_t SimRuntime::random_number(std::string_view name) {
  const Quiet quiet;
  auto found = streams_.find(name);
  if (found == streams_.end()) {
    // Another process of the same role, or another life of this one, does not replay the numbers.
    std::string full = process_.role();
    full.append("/").append(std::to_string(process_.id()));
    full.append("/").append(std::to_string(incarnation_)).append("/").append(name);
    const RandomStream stream(scheduler_.seed(), full);
    found = streams_.emplace(std::string(name), stream).first;
  }
  return found->second.next();
}

Budget SimRuntime::budget() const {
  Budget left = process_.budget;
  if (left.wall != Duration::max()) left.wall = std::max(left.wall - scheduler_.now(), Duration{0});
  return left;
}

HistoryTelemetry::HistoryTelemetry(Scheduler& scheduler) : scheduler_(scheduler) {}

void HistoryTelemetry::emit(std::string_view name, std::span<const Field> fields) {
  const Quiet quiet;
  if (scheduler_.unwinding()) return;
  text_.clear();
  for (const Field& field : fields) {
    if (!text_.empty()) text_ += ' ';
    text_.append(field.name).append("=");
    append_value(text_, field);
  }
  if (scheduler_.current() != 0) {
    scheduler_.record(scheduler_.current_process(), EventKind::telemetry, name, {}, text_);
    return;
  }
  EventView event;
  event.at = scheduler_.now();
  event.kind = EventKind::telemetry;
  event.what = name;
  event.result = text_;
  scheduler_.history().record_view(event);
}

}  // namespace cutover::sim
