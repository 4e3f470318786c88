// ThreadTaskGroup: tasks on threads of their own group, at most `limit` at a time.
//
// Each group has its own threads, so a task may make and wait for groups of its own without ever
// taking the threads that others wait for.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <exception>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "core/ports/runtime.h"

namespace cutover::threads {

class ThreadTaskGroup final : public TaskGroup {
 public:
  explicit ThreadTaskGroup(std::size_t limit);  // at least 1
  ~ThreadTaskGroup() override;

  void spawn(std::function<void()> task) override;
  void wait() override;

 private:
  void start_worker();
  void work();
  void run_first(std::unique_lock<std::mutex>& lock);
  void wait_for_all(std::unique_lock<std::mutex>& lock);

  const std::size_t limit_;
  std::mutex mutex_;  // guards everything below
  std::condition_variable queue_changed_;
  std::condition_variable all_ended_;
  std::deque<std::function<void()>> queue_;
  std::size_t running_ = 0;
  std::size_t idle_ = 0;  // workers that wait for a task
  bool closing_ = false;
  std::exception_ptr first_exception_;
  std::vector<std::thread> workers_;
};

}  // namespace cutover::threads
