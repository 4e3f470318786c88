// ThreadRuntime: the Runtime of production. Tasks are threads, time is the machine's.
//
// Calls may be made from any thread. The budget is unlimited: nothing here stops an invocation.
//
// Tasks and deferred work must have ended, or be allowed to run on alone, before what they use is
// destroyed; see ~ThreadRuntime() for the work that does not end.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "core/ports/random.h"
#include "core/ports/runtime.h"

namespace cutover::threads {

class DeferredWork;

class ThreadRuntime final : public Runtime {
 public:
  struct Options {
    std::optional<std::uint64_t> seed;         // of the random streams; none: another for each run
    std::size_t deferred_workers = 4;          // deferred work at the same time, at least 1
    std::size_t deferred_queued_max = 10'000;  // more is dropped, as work may be
    Duration deferred_grace = std::chrono::seconds(30);  // for what is left at the end
  };

  // Random streams differ from one program run to the next.
  ThreadRuntime();
  explicit ThreadRuntime(std::uint64_t seed);
  explicit ThreadRuntime(const Options& options);

  // Waits for deferred work, queued work included, for at most the grace time. What is queued then
  // is dropped. What still runs is left alone until the process ends: it cannot be stopped, so it
  // must own what it uses.
  ~ThreadRuntime() override;

  [[nodiscard]] Duration now() const override;
  [[nodiscard]] UnixTime wall() const override;
  void sleep(Duration duration) override;  // returns at once for zero and less

  // Threads are started when tasks need them, at most `limit`, and reused until the group ends.
  // wait() rethrows the first exception of a task, after all have ended; one that no wait() asked
  // for is lost with the group. A task may spawn into its own group, but not wait for it.
  [[nodiscard]] std::unique_ptr<TaskGroup> task_group(std::size_t limit) override;

  // Work that throws ends the program: there is nobody left to tell.
  void defer(std::function<void()> work) override;

  [[nodiscard]] std::unique_ptr<Mutex> mutex() override;
  [[nodiscard]] std::uint64_t random_number(std::string_view stream) override;
  [[nodiscard]] Budget budget() const override { return Budget{}; }

  // Deferred work that found the queue full, since the runtime started.
  [[nodiscard]] std::int64_t deferred_dropped() const;

 private:
  std::chrono::steady_clock::time_point start_;
  std::uint64_t seed_;
  std::mutex streams_mutex_;  // guards streams_
  std::map<std::string, RandomStream, std::less<>> streams_;
  std::unique_ptr<DeferredWork> deferred_;
};

}  // namespace cutover::threads
