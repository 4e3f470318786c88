// Scheduler: one simulated world's time and order.
//
// Tasks run one at a time on virtual time. A task runs until it sleeps, waits or ends; then the
// seeded "schedule" stream chooses among the tasks that can run, and when none can, time jumps to
// the next timer. A world is a pure function of its options: same seed, same history, on any
// machine (R8.3). One world belongs to one OS thread; many worlds may run on many threads.
// A destructor must not call anything that switches, except a task group's.
//
// Two ways to run the same decisions: fibers (fast), and hand-off (one OS thread per task and a
// baton). Equal histories prove that the fiber layer changes nothing.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "core/ports/random.h"
#include "core/ports/runtime.h"
#include "fakes/sim/history.h"
#include "fakes/sim/schedule.h"

namespace cutover::sim {

using TaskId = std::uint32_t;

// Unwinds a task whose process was killed. Only the scheduler catches it; the core must never
// swallow it, so `catch (...)` is banned there.
struct Killed {};

class Process;
class StackPool;

class Scheduler {
 public:
  enum class Mode : std::uint8_t { fibers, handoff };

  struct Options {
    std::uint64_t seed = 1;
    Mode mode = Mode::fibers;
    UnixTime start{1'764'000'000'000'000};  // 2025-11-24T16:00:00Z
    History::Keep keep = History::Keep::digest_only;
    std::uint64_t switches_max = 200'000'000;  // then the world is declared stuck
    // For ThreadSanitizer only: every switch orders tasks, so that tasks may share plain variables.
    // Set it in tests whose tasks note what they see; leave it off where races are looked for.
    bool switches_in_order = false;
    ScheduleOptions schedule;
    StackPool* stacks = nullptr;  // shared by worlds of one OS thread; null: the world owns one
  };

  explicit Scheduler(const Options& options);
  ~Scheduler();  // unwinds whatever still runs
  Scheduler(const Scheduler&) = delete;
  Scheduler& operator=(const Scheduler&) = delete;

  // A new process (one Worker isolate, one operator's shell). The scheduler owns it. `role` is its
  // address in fault plans: "migrator", "reader-2". Incarnations count on over all processes of a
  // role, so that no two of them draw the same random numbers.
  Process& start_process(std::string role);

  // A new invocation of this process: replaces its budget; `budget.wall` counts from now.
  void begin_invocation(Process& process, Budget budget);

  // Queues a task of this process. Callable from outside and from any task. Does not switch. The
  // first task of a killed process begins its next incarnation. What a killed task spawns while
  // it unwinds is dropped (0 is returned).
  TaskId spawn(Process& process, std::string_view name, std::function<void()> body);

  // The same, as if `parent` had spawned it: end_after(parent) ends this task too.
  TaskId spawn_for(TaskId parent, Process& process, std::string_view name,
                   std::function<void()> body);

  // Runs until no task can ever run again. An exception that escapes a task stops the world: all
  // other tasks are unwound, newest first, and it is rethrown here. So is a std::logic_error for
  // tasks that wait for ever (a deadlock, with names and what they wait for) and for a world that
  // exceeds switches_max. A stopped world cannot run again.
  void run();

  // ---- For code inside a task ----
  // The three that switch throw Killed when the task was killed meanwhile. Called again while the
  // task unwinds (by a destructor), they return at once and do nothing. `waiting_for` is static
  // text, for the message about a deadlock.
  void sleep(Duration duration);            // switches, also for zero
  void park(std::string_view waiting_for);  // switches until wake(), whoever calls it and why
  // ... or until that much time has passed: then false.
  [[nodiscard]] bool park_for(std::string_view waiting_for, Duration duration);
  // park() for destructors: never throws. When the task was killed meanwhile it returns false, and
  // the next call that switches throws.
  [[nodiscard]] bool park_in_destructor(std::string_view waiting_for) noexcept;
  [[nodiscard]] TaskId current() const;  // 0 outside of any task
  [[nodiscard]] Process& current_process();

  // ---- For code anywhere in this world ----
  [[nodiscard]] Duration now() const;
  [[nodiscard]] UnixTime wall() const;
  void wake(TaskId task);  // makes a parked task runnable; no effect on any other
  // Bumps the incarnation: calls of the old incarnation are refused, and its tasks are unwound
  // before any other task runs, newest first, so that a task never outlives what it borrowed from
  // the task that spawned it. If the current task belongs to it, throws Killed at once. No effect
  // on a process that is dead already.
  void kill(Process& process);
  // Unwinds this task, and the tasks that it spawned, if they still run that much later.
  void end_after(TaskId task, Duration duration);
  // Is the current task being unwound, or a task that never ran being dropped? Then nothing may
  // wait, and calls to services are refused.
  [[nodiscard]] bool unwinding() const;

  // Would spawn() here and now queue a task, rather than drop it?
  [[nodiscard]] bool accepts_tasks() const;

  [[nodiscard]] std::uint64_t seed() const;
  [[nodiscard]] RandomStream& random(std::string_view name);  // derived from the seed by name
  [[nodiscard]] History& history();
  [[nodiscard]] const Schedule& schedule() const;
  // Adds an event with the present time, task, and this process and incarnation.
  void record(const Process& process, EventKind kind, std::string_view what, std::string_view key,
              std::string_view result, std::uint64_t payload = 0);

  // While one lives, a switch is a broken invariant: for what must happen in one piece.
  class NoSwitch {
   public:
    explicit NoSwitch(Scheduler& scheduler);
    ~NoSwitch();
    NoSwitch(const NoSwitch&) = delete;
    NoSwitch& operator=(const NoSwitch&) = delete;

   private:
    Scheduler& scheduler_;
  };

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// A process: a role, an incarnation and its present invocation's budget.
class Process {
 public:
  Process(std::uint32_t id, std::string role, std::uint32_t incarnation);
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  [[nodiscard]] std::uint32_t id() const { return id_; }
  [[nodiscard]] const std::string& role() const { return role_; }
  [[nodiscard]] std::uint32_t incarnation() const { return incarnation_; }
  // False from kill() until the next spawn().
  [[nodiscard]] bool alive() const { return alive_; }

  // What the gate charges. Begin an invocation with Scheduler::begin_invocation: here, `wall` is
  // the world's time at which the platform stops the invocation.
  Budget budget;

  // How far this isolate's wall clock is ahead of the world's.
  Duration clock_skew{0};

 private:
  friend class Scheduler;
  std::uint32_t id_;
  std::string role_;
  std::uint32_t incarnation_;
  bool alive_ = true;
};

}  // namespace cutover::sim
