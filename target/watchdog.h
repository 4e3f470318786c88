// Watchdog: cuts what takes longer than it may.
//
// cpp-httplib bounds each wait for bytes, not a whole exchange: a server that sends a byte now and
// then would hold it for ever. A guard stands beside each exchange; when its time is over, `cut` is
// called, from the watchdog's own thread. Guards may be made on any thread.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <thread>

namespace cutover::target {

class Watchdog {
 public:
  using Clock = std::chrono::steady_clock;

  Watchdog() : thread_([this] { watch(); }) {}
  ~Watchdog();
  Watchdog(const Watchdog&) = delete;
  Watchdog& operator=(const Watchdog&) = delete;

  class Guard {
   public:
    // `cut` must be safe beside the exchange, and is never called after the guard is gone.
    Guard(Watchdog& watchdog, Clock::time_point deadline, std::function<void()> cut);
    ~Guard();
    Guard(const Guard&) = delete;
    Guard& operator=(const Guard&) = delete;

   private:
    Watchdog& watchdog_;
    std::multimap<Clock::time_point, std::function<void()>>::iterator place_;
  };

 private:
  void watch();

  std::mutex mutex_;  // guards the next three
  std::condition_variable changed_;
  std::multimap<Clock::time_point, std::function<void()>> due_;  // an empty function: was called
  bool ending_ = false;
  std::thread thread_;
};

}  // namespace cutover::target
