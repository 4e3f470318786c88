#include "target/watchdog.h"

#include <algorithm>
#include <utility>

namespace cutover::target {

Watchdog::Guard::Guard(Watchdog& watchdog, Clock::time_point deadline, std::function<void()> cut)
    : watchdog_(watchdog) {
  const std::lock_guard lock(watchdog_.mutex_);
  place_ = watchdog_.due_.emplace(deadline, std::move(cut));
  watchdog_.changed_.notify_one();
}

Watchdog::Guard::~Guard() {
  const std::lock_guard lock(watchdog_.mutex_);
  watchdog_.due_.erase(place_);
}

Watchdog::~Watchdog() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
    changed_.notify_one();
  }
  thread_.join();
}

void Watchdog::watch() {
  std::unique_lock lock(mutex_);
  while (!ending_) {
    const auto next = std::find_if(due_.begin(), due_.end(),
                                   [](const auto& one) { return static_cast<bool>(one.second); });
    if (next == due_.end()) {
      changed_.wait(lock);
    } else if (Clock::now() < next->first) {
      changed_.wait_until(lock, Clock::time_point(next->first));
    } else {
      std::exchange(next->second, nullptr)();
    }
  }
}

}  // namespace cutover::target
