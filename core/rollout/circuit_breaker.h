// CircuitBreaker: stops calling a service that fails, and tries again by itself (R7.3).
//
//   closed --failures or slow calls above the limit, at enough volume--> open
//   open --after open_for--> half-open: a few permits
//   half-open --all permits returned well--> closed; --one failed or was slow--> open
//   half-open --a permit not returned within half_open_wait_max--> that permit is given again, so
//                                                      that a lost call never keeps it open for
//                                                      good
//
//   any --the service says when to come back (hold_open)--> open until then
//
// A window of time moves in steps of a thirtieth of its length, so that memory is bounded however
// many calls there are. A pure state machine on the times that it is given: it has no clock and no
// lock. Whoever shares it between tasks holds a lock (rollout/guarded_ports.h). Nothing here
// switches.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string_view>

#include "core/ports/outcome.h"

namespace cutover::rollout {

struct BreakerOptions {
  enum class Window : std::uint8_t { count, time };
  Window window = Window::time;
  std::int64_t window_calls = 100;                  // count: the last so many calls
  Duration window_time = std::chrono::seconds(30);  // time: the calls of the last so long
  std::int64_t volume_min = 20;                     // fewer calls in the window decide nothing
  double failure_percent = 5;                       // opens above it (plan item 2.7)
  Duration slow_call = std::chrono::seconds(1);     // at least this is slow
  double slow_percent = 50;                         // opens above it; 100 never
  Duration open_for = std::chrono::seconds(10);     // before it tries
  int half_open_permits = 3;                        // calls that must succeed to close
  Duration half_open_wait_max = std::chrono::seconds(30);  // for a permit to come back
  Duration hold_open_max = std::chrono::hours(24);         // a longer wish of the service is cut
};

enum class BreakerState : std::uint8_t { closed, open, half_open };
[[nodiscard]] std::string_view name_of(BreakerState state);

class CircuitBreaker {
 public:
  explicit CircuitBreaker(const BreakerOptions& options);

  // What an admitted call must give back, once. Results of an earlier state (the breaker has opened
  // or closed since) are dropped.
  struct Permit {
    std::uint64_t generation = 0;
    std::uint64_t number = 0;
  };

  // A permit, or nothing: the call is refused; retry_after() says when to try.
  // `now` never goes back.
  [[nodiscard]] std::optional<Permit> admit(Duration now);
  void succeeded(Permit permit, Duration now, Duration took);
  void failed(Permit permit, Duration now, Duration took);

  // The service itself asked for a pause, as a used-up quota does (plan defect R14): opens at once,
  // and not before `wait` is over is it tried again.
  void hold_open(Duration now, Duration wait);

  [[nodiscard]] BreakerState state(Duration now) const;
  [[nodiscard]] Duration retry_after(Duration now) const;  // zero unless open

  struct Counts {
    std::int64_t calls = 0;  // in the window
    std::int64_t failures = 0;
    std::int64_t slow = 0;
    std::int64_t opened = 0;  // times since the start, as is the next
    std::int64_t refused = 0;
  };
  [[nodiscard]] Counts counts(Duration now) const;

 private:
  // Calls that are counted and forgotten together: one call, or a thirtieth of the window's time.
  struct Slot {
    std::int64_t step = 0;
    std::int64_t calls = 0;
    std::int64_t failures = 0;
    std::int64_t slow = 0;
  };
  struct Trial {
    std::uint64_t number = 0;
    Duration given{0};
  };
  void record(Permit permit, Duration now, Duration took, bool failed);
  void record_trial(Permit permit, Duration now, bool well);
  void count(Duration now, bool failed, bool slow);
  void enter(BreakerState state, Duration now);
  void forget(Duration now);
  [[nodiscard]] bool is_too_bad(const Counts& counts) const;
  [[nodiscard]] std::int64_t step_of(Duration now) const;
  [[nodiscard]] Permit new_permit();

  BreakerOptions options_;
  BreakerState state_ = BreakerState::closed;
  Duration open_until_{0};
  std::uint64_t generation_ = 0;  // grows with each change of state
  std::uint64_t numbers_ = 0;
  std::deque<Slot> slots_;
  std::deque<Trial> trials_;  // permits out while half-open, the oldest first
  int trials_succeeded_ = 0;
  std::int64_t opened_ = 0;
  std::int64_t refused_ = 0;
};

// Does this failure say that the service is ill? Constraint, malformed and limit_exceeded are the
// caller's fault; a miss is no failure at all (plan defect F08).
[[nodiscard]] bool counts_as_failure(const Failure& failure);

}  // namespace cutover::rollout
