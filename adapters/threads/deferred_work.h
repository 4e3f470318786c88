// DeferredWork: work that goes on after the answer was given, on a few background threads.
//
// Threads are started when there is work for them. The end is bounded: see the destructor.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>

#include "core/ports/outcome.h"

namespace cutover::threads {

class DeferredWork {
 public:
  // `workers_max` and `queued_max` are at least 1.
  DeferredWork(std::size_t workers_max, std::size_t queued_max, Duration grace);
  DeferredWork(const DeferredWork&) = delete;
  DeferredWork& operator=(const DeferredWork&) = delete;

  // Waits at most the grace time until everything is done, then drops what is queued and leaves
  // alone what still runs.
  ~DeferredWork();

  // Never waits. Drops the work when the queue is full.
  void add(std::function<void()> work);

  [[nodiscard]] std::int64_t dropped() const;

 private:
  // Shared with the workers, because one that does not end outlives this object.
  struct State {
    std::mutex mutex;  // guards everything below
    std::condition_variable changed;
    std::deque<std::function<void()>> queue;
    std::size_t running = 0;
    std::size_t idle = 0;  // workers that wait for work
    std::size_t workers = 0;
    std::int64_t dropped = 0;
    bool closing = false;
  };

  static void work(const std::shared_ptr<State>& state);

  const std::size_t workers_max_;
  const std::size_t queued_max_;
  const Duration grace_;
  std::shared_ptr<State> state_;
};

}  // namespace cutover::threads
