// Runtime: everything that the core may not take from the language or the machine: time, sleep,
// randomness, locks, concurrency, and how much of the platform's budget is left.
//
// The core is plain synchronous code. In production its tasks are threads; in simulation they are
// fibers of one seeded scheduler with virtual time. "May switch" in these headers means: another
// task may run before the call returns. Calls that are not marked so never switch.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>

#include "core/ports/outcome.h"

namespace cutover {

// Wall-clock time: microseconds since 1970-01-01T00:00:00Z.
struct UnixTime {
  std::int64_t micros = 0;

  [[nodiscard]] std::int64_t seconds() const { return micros / 1'000'000; }
  [[nodiscard]] std::int64_t millis() const { return micros / 1'000; }
  friend auto operator<=>(const UnixTime&, const UnixTime&) = default;
};

// What the platform still grants this invocation (R2.13). Unlimited where nothing is limited.
struct Budget {
  static constexpr std::int64_t unlimited = INT64_MAX;
  std::int64_t subrequests = unlimited;     // KV, D1 and provider calls together
  std::int64_t kv_operations = unlimited;   // a bulk read counts as one
  std::int64_t d1_queries = unlimited;      // each statement of a batch counts
  Duration wall = Duration::max();          // until the platform stops the invocation
  std::int64_t provider_calls = unlimited;  // of the subrequests, those that leave Cloudflare
};

// Tasks that run side by side, at most `limit` at a time. Destroying a group waits for its tasks.
class TaskGroup {
 public:
  TaskGroup() = default;
  TaskGroup(const TaskGroup&) = delete;
  TaskGroup& operator=(const TaskGroup&) = delete;
  virtual ~TaskGroup() = default;

  // Starts the task, or queues it while `limit` tasks run. Does not switch.
  virtual void spawn(std::function<void()> task) = 0;

  // Returns when every spawned task has ended. May switch.
  virtual void wait() = 0;
};

// A lock that may be held across a port call. Not recursive. Satisfies BasicLockable.
class Mutex {
 public:
  Mutex() = default;
  Mutex(const Mutex&) = delete;
  Mutex& operator=(const Mutex&) = delete;
  virtual ~Mutex() = default;
  virtual void lock() = 0;  // may switch
  virtual void unlock() = 0;
};

class Runtime {
 public:
  Runtime() = default;
  Runtime(const Runtime&) = delete;
  Runtime& operator=(const Runtime&) = delete;
  virtual ~Runtime() = default;

  // Monotonic time since this runtime started; for measuring and waiting, never for dates.
  [[nodiscard]] virtual Duration now() const = 0;

  // This machine's idea of the date. Isolates may differ: never order two writes by it.
  [[nodiscard]] virtual UnixTime wall() const = 0;

  // May switch. Never shorter than asked.
  virtual void sleep(Duration duration) = 0;

  [[nodiscard]] virtual std::unique_ptr<TaskGroup> task_group(std::size_t limit) = 0;

  // Work that goes on after the answer was given (Workers' waitUntil, at most 30 s). It may be
  // lost with the process, so nothing that must happen belongs here. Does not switch.
  virtual void defer(std::function<void()> work) = 0;

  [[nodiscard]] virtual std::unique_ptr<Mutex> mutex() = 0;

  // The next number of this process's stream of that name. Any task may ask at any time; which of
  // two concurrent tasks gets which number is the scheduler's choice. Not for secrets.
  [[nodiscard]] virtual std::uint64_t random_number(std::string_view stream) = 0;

  [[nodiscard]] virtual Budget budget() const = 0;
};

}  // namespace cutover
