#include "core/rollout/circuit_breaker.h"

#include <algorithm>

#include "core/ports/check.h"

namespace cutover::rollout {
namespace {

constexpr std::int64_t steps_in_window = 30;

bool is_above(std::int64_t part, std::int64_t whole, double percent) {
  return static_cast<double>(part) * 100.0 > percent * static_cast<double>(whole);
}

}  // namespace

std::string_view name_of(BreakerState state) {
  switch (state) {
    case BreakerState::closed: return "closed";
    case BreakerState::open: return "open";
    case BreakerState::half_open: return "half_open";
  }
  return "?";
}

CircuitBreaker::CircuitBreaker(const BreakerOptions& options) : options_(options) {
  CUTOVER_CHECK(options.window_calls >= 1 && options.volume_min >= 1, "a window holds calls");
  CUTOVER_CHECK(options.window_time >= Duration(steps_in_window), "a window of time has 30 steps");
  CUTOVER_CHECK(options.half_open_permits >= 1, "without a permit it would never close");
  CUTOVER_CHECK(options.open_for > Duration{0} && options.half_open_wait_max > Duration{0},
                "waits are positive");
}

std::optional<CircuitBreaker::Permit> CircuitBreaker::admit(Duration now) {
  if (state_ == BreakerState::closed) return new_permit();
  if (state_ == BreakerState::open && now >= open_until_) enter(BreakerState::half_open, now);
  if (state_ == BreakerState::half_open) {
    // A permit that never came back is given again; its late result is then nobody's.
    if (!trials_.empty() && now - trials_.front().given >= options_.half_open_wait_max) {
      trials_.pop_front();
    }
    const auto given = static_cast<int>(trials_.size()) + trials_succeeded_;
    if (given < options_.half_open_permits) {
      const Permit permit = new_permit();
      trials_.push_back({permit.number, now});
      return permit;
    }
  }
  refused_ += 1;
  return std::nullopt;
}

void CircuitBreaker::succeeded(Permit permit, Duration now, Duration took) {
  record(permit, now, took, false);
}

void CircuitBreaker::failed(Permit permit, Duration now, Duration took) {
  record(permit, now, took, true);
}

void CircuitBreaker::hold_open(Duration now, Duration wait) {
  const Duration until = now + std::clamp(wait, Duration{0}, options_.hold_open_max);
  if (state_ != BreakerState::open) enter(BreakerState::open, now);
  open_until_ = std::max(open_until_, until);
}

BreakerState CircuitBreaker::state(Duration now) const {
  const bool is_due = state_ == BreakerState::open && now >= open_until_;
  return is_due ? BreakerState::half_open : state_;
}

Duration CircuitBreaker::retry_after(Duration now) const {
  return state(now) == BreakerState::open ? open_until_ - now : Duration{0};
}

CircuitBreaker::Counts CircuitBreaker::counts(Duration now) const {
  Counts counts;
  const std::int64_t oldest = step_of(now) - steps_in_window;
  for (const Slot& slot : slots_) {
    if (options_.window == BreakerOptions::Window::time && slot.step <= oldest) continue;
    counts.calls += slot.calls;
    counts.failures += slot.failures;
    counts.slow += slot.slow;
  }
  counts.opened = opened_;
  counts.refused = refused_;
  return counts;
}

void CircuitBreaker::record(Permit permit, Duration now, Duration took, bool failed) {
  if (permit.generation != generation_) return;
  const bool slow = took >= options_.slow_call;
  if (state_ == BreakerState::half_open) {
    record_trial(permit, now, !failed && (!slow || options_.slow_percent >= 100));
    return;
  }
  if (state_ != BreakerState::closed) return;
  count(now, failed, slow);
  forget(now);
  if (is_too_bad(counts(now))) enter(BreakerState::open, now);
}

void CircuitBreaker::record_trial(Permit permit, Duration now, bool well) {
  const auto trial = std::find_if(trials_.begin(), trials_.end(), [&](const Trial& candidate) {
    return candidate.number == permit.number;
  });
  if (trial == trials_.end()) return;
  trials_.erase(trial);
  if (!well) {
    enter(BreakerState::open, now);
    return;
  }
  trials_succeeded_ += 1;
  if (trials_succeeded_ >= options_.half_open_permits) enter(BreakerState::closed, now);
}

void CircuitBreaker::count(Duration now, bool failed, bool slow) {
  const bool by_time = options_.window == BreakerOptions::Window::time;
  const std::int64_t step = step_of(now);
  if (!by_time || slots_.empty() || slots_.back().step != step) slots_.push_back({step, 0, 0, 0});
  Slot& slot = slots_.back();
  slot.calls += 1;
  slot.failures += failed ? 1 : 0;
  slot.slow += slow ? 1 : 0;
}

void CircuitBreaker::enter(BreakerState state, Duration now) {
  state_ = state;
  generation_ += 1;
  slots_.clear();
  trials_.clear();
  trials_succeeded_ = 0;
  if (state == BreakerState::open) {
    open_until_ = now + options_.open_for;
    opened_ += 1;
  }
}

void CircuitBreaker::forget(Duration now) {
  if (options_.window == BreakerOptions::Window::count) {
    while (static_cast<std::int64_t>(slots_.size()) > options_.window_calls) slots_.pop_front();
    return;
  }
  const std::int64_t oldest = step_of(now) - steps_in_window;
  while (!slots_.empty() && slots_.front().step <= oldest) slots_.pop_front();
}

bool CircuitBreaker::is_too_bad(const Counts& counts) const {
  // A count window smaller than the least volume decides as soon as it is full.
  const bool by_count = options_.window == BreakerOptions::Window::count;
  const std::int64_t enough =
      by_count ? std::min(options_.volume_min, options_.window_calls) : options_.volume_min;
  return counts.calls >= enough &&
         (is_above(counts.failures, counts.calls, options_.failure_percent) ||
          is_above(counts.slow, counts.calls, options_.slow_percent));
}

std::int64_t CircuitBreaker::step_of(Duration now) const {
  return now.count() / (options_.window_time.count() / steps_in_window);
}

CircuitBreaker::Permit CircuitBreaker::new_permit() {
  numbers_ += 1;
  return {generation_, numbers_};
}

bool counts_as_failure(const Failure& failure) {
  switch (failure.kind) {
    case FailureKind::constraint:
    case FailureKind::malformed:
    case FailureKind::limit_exceeded: return false;
    case FailureKind::throttled:
    case FailureKind::overloaded:
    case FailureKind::unavailable:
    case FailureKind::timeout:
    case FailureKind::connection_lost:
    case FailureKind::unauthorized: return true;
  }
  return true;
}

}  // namespace cutover::rollout
