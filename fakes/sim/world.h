// World: the inside of a Scheduler: its tasks, timers and the loop that runs them. Private to
// scheduler.cpp and world.cpp.
#pragma once

#include <deque>
#include <exception>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "fakes/sim/schedule.h"
#include "fakes/sim/scheduler.h"
#include "fakes/sim/stack_pool.h"
#include "fakes/sim/strand.h"
#include "fakes/sim/timers.h"

namespace cutover::sim {

struct Task {
  enum class State { runnable, sleeping, waiting, running, ended };

  TaskId id = 0;
  TaskId parent = 0;  // who spawned it; 0: nobody, or not a task
  Process* process = nullptr;
  std::uint32_t incarnation = 0;
  std::string name;
  std::function<void()> body;
  std::unique_ptr<Strand> strand;  // none before it first runs
  State state = State::runnable;
  std::uint64_t queued = 0;  // when it came into line
  std::string_view waiting_for;
  std::uint64_t wait = 1;  // counts its waits, so that old timers are known as such
  bool timed_out = false;
  bool condemned = false;           // it was killed: Killed is thrown where it next would wait
  bool unwinding = false;           // Killed was thrown
  std::uint64_t refused_waits = 0;  // while unwinding
};

struct Scheduler::Impl {
  explicit Impl(const Options& options);

  // ---- from outside of tasks ----
  Process& start_process(std::string role);
  void run();
  void stop();  // unwinds all tasks; for the destructor

  // ---- from anywhere ----
  TaskId spawn(TaskId parent, Process& process, std::string_view name, std::function<void()> body);
  void wake(TaskId id);
  void kill(Process& process);
  [[nodiscard]] bool unwinding() const;
  [[nodiscard]] bool accepts_tasks() const { return !unwinding() && !killed() && !stopped; }
  [[nodiscard]] bool killed() const { return current != nullptr && current->condemned; }
  void record(const Process& process, EventKind kind, std::string_view what, std::string_view key,
              std::string_view result, std::uint64_t payload);

  // ---- from inside a task ----
  // The current task if it may wait; null if it unwinds. Throws Killed when it was killed.
  Task* about_to_wait();
  // Gives the processor away until the task is made runnable or condemned.
  void wait(Task& task, Task::State state, std::string_view waiting_for);
  void throw_if_killed(Task& task);
  [[nodiscard]] Duration after(Duration duration) const;  // now + duration, without overflow

  // ---- the loop ----
  void loop();
  Task* choose();
  bool advance_time();
  void deliver(const Timer& timer);
  [[nodiscard]] bool stale(const Timer& timer) const;
  void make_runnable(Task& task);
  void stand_in_line(Task& task);
  void resume(Task& task);
  bool make_strand(Task& task);
  void run_body(Task& task);
  void erase(Task& task);
  void unwind_next();

  // Condemns these tasks; they are unwound newest first.
  void condemn(std::vector<Task*> tasks);
  void condemn_with_descendants(Task& task);
  void condemn_all();
  void fail(std::exception_ptr error);
  [[nodiscard]] std::vector<Task*> live_tasks() const;  // oldest first
  [[nodiscard]] std::exception_ptr stuck(std::string_view why) const;

  Options options;
  History history;
  std::map<std::string, RandomStream, std::less<>> streams;
  Schedule schedule;
  std::vector<Candidate> candidates;  // reused by choose()
  std::uint64_t last_queued = 0;
  std::map<std::string, std::uint32_t, std::less<>> incarnations;  // by role, of ended processes
  StackPool own_stacks;
  StackPool* stacks = nullptr;
  std::deque<std::unique_ptr<Process>> processes;
  std::unordered_map<TaskId, std::unique_ptr<Task>> tasks;  // never iterated without sorting
  std::vector<Task*> runnable;
  std::deque<TaskId> condemned;  // in the order in which they are unwound
  Timers timers;
  Duration now{0};
  Task* current = nullptr;
  TaskId last_id = 0;
  std::uint64_t switches = 0;
  std::uint64_t no_switch = 0;
  bool running = false;
  bool stopped = false;
  bool dropping = false;  // a task that never ran is being destroyed
  std::exception_ptr error;
};

}  // namespace cutover::sim
