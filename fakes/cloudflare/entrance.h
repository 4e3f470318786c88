// Entrance: lets threads into the one world, one after the other.
//
// Threads read and check a request before they enter and write the answer after they leave; in
// between, the world is theirs. When it follows real time, virtual time is moved by what has passed
// on the wall's clock before anyone enters, on top of latencies; else it stands still but for
// those.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <utility>

#include "fakes/cloudflare/cloud.h"

namespace cutover::simulate {

class Entrance {
 public:
  using Clock = std::function<Duration()>;  // steady, from any start

  Entrance(std::unique_ptr<Cloud> cloud, Clock clock)
      : clock_(std::move(clock)), cloud_(std::move(cloud)) {}

  // What `visit` gives, for the cloud.
  template <class Visit>
  auto enter(Visit&& visit) {
    const std::lock_guard lock(mutex_);
    catch_up();
    return visit(*cloud_);
  }

  // The same, and what is there afterwards has not been saved.
  template <class Visit>
  auto enter_and_change(Visit&& visit) {
    const std::lock_guard lock(mutex_);
    catch_up();
    changed_ = true;
    return visit(*cloud_);
  }

  // Was it changed since the last time that this was asked?
  bool take_changed() {
    const std::lock_guard lock(mutex_);
    return std::exchange(changed_, false);
  }

  // A new world in place of the old one.
  void replace(std::unique_ptr<Cloud> cloud) {
    const std::lock_guard lock(mutex_);
    cloud_ = std::move(cloud);
    changed_ = true;
    if (following_) start_following();
  }

  void follow_real_time(bool follow) {
    const std::lock_guard lock(mutex_);
    catch_up();
    following_ = follow;
    if (following_) start_following();
  }
  [[nodiscard]] bool follows_real_time() {
    const std::lock_guard lock(mutex_);
    return following_;
  }

 private:
  void start_following() { seen_ = clock_(); }
  void catch_up() {
    if (!following_) return;
    const Duration now = clock_();
    cloud_->advance(now - seen_);
    seen_ = now;
  }

  Clock clock_;
  std::mutex mutex_;  // guards the rest
  std::unique_ptr<Cloud> cloud_;
  Duration seen_{0};  // what the clock showed last
  bool following_ = false;
  bool changed_ = false;
};

}  // namespace cutover::simulate
