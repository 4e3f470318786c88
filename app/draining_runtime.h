// DrainingRuntime: the thread runtime with an end of deferred work that can be waited for.
//
// Deferred work uses the stores and the system, so it must have ended before they are destroyed;
// the thread runtime's own end comes too late for that, because the stores need its clock.
// Safe to use from any thread.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>

#include "adapters/threads/thread_runtime.h"

namespace cutover::app {

class DrainingRuntime final : public Runtime {
 public:
  [[nodiscard]] Duration now() const override { return threads_.now(); }
  [[nodiscard]] UnixTime wall() const override { return threads_.wall(); }
  void sleep(Duration duration) override { threads_.sleep(duration); }
  [[nodiscard]] std::unique_ptr<TaskGroup> task_group(std::size_t limit) override {
    return threads_.task_group(limit);
  }
  void defer(std::function<void()> work) override;
  [[nodiscard]] std::unique_ptr<Mutex> mutex() override { return threads_.mutex(); }
  [[nodiscard]] std::uint64_t random_number(std::string_view stream) override {
    return threads_.random_number(stream);
  }
  [[nodiscard]] Budget budget() const override { return threads_.budget(); }

  // Takes no more deferred work, and waits for what there is. False: some is still running.
  bool drain(Duration at_most);

 private:
  // Shared with the work, so that work that is dropped counts as ended, too.
  struct Count {
    std::mutex mutex;  // guards the rest
    std::condition_variable changed;
    std::int64_t open = 0;
    bool closed = false;
  };
  std::shared_ptr<Count> count_ = std::make_shared<Count>();
  threads::ThreadRuntime threads_;
};

}  // namespace cutover::app
