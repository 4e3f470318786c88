#include "adapters/threads/thread_task_group.h"

#include <system_error>
#include <utility>

#include "core/ports/check.h"

namespace cutover::threads {

ThreadTaskGroup::ThreadTaskGroup(std::size_t limit) : limit_(limit) {
  CUTOVER_CHECK(limit_ > 0, "a group that may run nothing would never end");
}

ThreadTaskGroup::~ThreadTaskGroup() {
  {
    std::unique_lock lock(mutex_);
    wait_for_all(lock);
    closing_ = true;
  }
  queue_changed_.notify_all();
  for (std::thread& worker : workers_) worker.join();
}

void ThreadTaskGroup::spawn(std::function<void()> task) {
  const std::lock_guard lock(mutex_);
  queue_.push_back(std::move(task));
  // An idle worker may be on its way to an earlier task, so each idle one counts for one task.
  if (idle_ < queue_.size() && workers_.size() < limit_) start_worker();
  queue_changed_.notify_one();
}

void ThreadTaskGroup::wait() {
  std::unique_lock lock(mutex_);
  wait_for_all(lock);
  if (auto exception = std::exchange(first_exception_, nullptr)) std::rethrow_exception(exception);
}

void ThreadTaskGroup::start_worker() {
  try {
    workers_.emplace_back([this] { work(); });
  } catch (const std::system_error&) {
    // The machine has no more threads. Those that there are do the work, or else wait() does.
  }
}

void ThreadTaskGroup::work() {
  std::unique_lock lock(mutex_);
  while (true) {
    ++idle_;
    queue_changed_.wait(lock, [this] { return closing_ || !queue_.empty(); });
    --idle_;
    if (queue_.empty()) return;
    run_first(lock);
  }
}

void ThreadTaskGroup::run_first(std::unique_lock<std::mutex>& lock) {
  {
    std::function<void()> task = std::move(queue_.front());
    queue_.pop_front();
    ++running_;
    lock.unlock();
    std::exception_ptr thrown;
    try {
      task();
    } catch (...) {
      thrown = std::current_exception();
    }
    task = nullptr;  // what the task owned is gone before wait() returns
    lock.lock();
    if (!first_exception_) first_exception_ = std::move(thrown);
  }
  --running_;
  if (running_ == 0 && queue_.empty()) all_ended_.notify_all();
}

void ThreadTaskGroup::wait_for_all(std::unique_lock<std::mutex>& lock) {
  while (workers_.empty() && !queue_.empty()) run_first(lock);
  all_ended_.wait(lock, [this] { return running_ == 0 && queue_.empty(); });
}

}  // namespace cutover::threads
