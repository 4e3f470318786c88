// Pace: at most so many requests in any window of time; the next one waits.
//
// A request counts from the moment it may go. Safe to use from any thread; a wait sleeps in the
// runtime, and may switch.
#pragma once

#include <cstddef>
#include <deque>
#include <mutex>

#include "core/ports/runtime.h"

namespace cutover::cloudflare {

class Pace {
 public:
  // `requests_max` 0: nothing ever waits.
  Pace(Runtime& runtime, std::size_t requests_max, Duration window)
      : runtime_(runtime), requests_max_(requests_max), window_(window) {}

  // Returns when one more request may go.
  void wait() {
    if (requests_max_ == 0) return;
    for (;;) {
      const Duration left = take();
      if (left.count() <= 0) return;
      runtime_.sleep(left);
    }
  }

 private:
  // Zero: taken. Else how long until there is room.
  Duration take() {
    const std::lock_guard lock(mutex_);
    const Duration now = runtime_.now();
    while (!recent_.empty() && recent_.front() + window_ <= now) recent_.pop_front();
    if (recent_.size() >= requests_max_) return recent_.front() + window_ - now;
    recent_.push_back(now);
    return Duration{0};
  }

  Runtime& runtime_;
  const std::size_t requests_max_;
  const Duration window_;
  std::mutex mutex_;  // guards recent_
  std::deque<Duration> recent_;
};

}  // namespace cutover::cloudflare
