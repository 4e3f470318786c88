#include "adapters/threads/deferred_work.h"

#include <algorithm>
#include <chrono>
#include <system_error>
#include <thread>
#include <utility>

#include "core/ports/check.h"

namespace cutover::threads {

DeferredWork::DeferredWork(std::size_t workers_max, std::size_t queued_max, Duration grace)
    : workers_max_(workers_max),
      queued_max_(queued_max),
      // Longer than a day is never meant, and would overflow the clock's deadline.
      grace_(std::clamp(grace, Duration{0}, Duration{std::chrono::hours(24)})),
      state_(std::make_shared<State>()) {
  CUTOVER_CHECK(workers_max_ > 0, "deferred work needs a worker");
  CUTOVER_CHECK(queued_max_ > 0, "deferred work needs a queue");
}

DeferredWork::~DeferredWork() {
  std::deque<std::function<void()>> left;
  std::unique_lock lock(state_->mutex);
  state_->changed.wait_for(lock, grace_,
                           [&] { return state_->running == 0 && state_->queue.empty(); });
  left.swap(state_->queue);
  state_->closing = true;
  state_->changed.notify_all();
  // Idle workers end at once; so nearly always, no thread is left when this returns.
  state_->changed.wait(lock, [&] { return state_->workers == state_->running; });
}

void DeferredWork::add(std::function<void()> work) {
  const std::lock_guard lock(state_->mutex);
  if (state_->queue.size() >= queued_max_) {
    ++state_->dropped;
    return;
  }
  state_->queue.push_back(std::move(work));
  if (state_->idle < state_->queue.size() && state_->workers < workers_max_) {
    try {
      std::thread([state = state_] { DeferredWork::work(state); }).detach();
      ++state_->workers;
    } catch (const std::system_error&) {
      // The machine has no more threads. The others do it, or a worker that starts later.
    }
  }
  state_->changed.notify_all();
}

std::int64_t DeferredWork::dropped() const {
  const std::lock_guard lock(state_->mutex);
  return state_->dropped;
}

void DeferredWork::work(const std::shared_ptr<State>& state) {
  std::unique_lock lock(state->mutex);
  while (true) {
    ++state->idle;
    state->changed.wait(lock, [&] { return state->closing || !state->queue.empty(); });
    --state->idle;
    if (state->queue.empty()) break;
    std::function<void()> work = std::move(state->queue.front());
    state->queue.pop_front();
    ++state->running;
    lock.unlock();
    work();
    work = nullptr;  // what the work owned is gone before the end that the destructor waits for
    lock.lock();
    --state->running;
    state->changed.notify_all();
  }
  --state->workers;
  state->changed.notify_all();
}

}  // namespace cutover::threads
