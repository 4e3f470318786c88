#include "core/rollout/circuit_breaker.h"

#include <gtest/gtest.h>

#include "tests/core/rollout/mocks.h"

namespace cutover::rollout {
namespace {

void call(CircuitBreaker& breaker, Duration now, bool ok, Duration took = millisecond) {
  const auto permit = breaker.admit(now);
  ASSERT_TRUE(permit.has_value());
  if (ok) {
    breaker.succeeded(*permit, now, took);
  } else {
    breaker.failed(*permit, now, took);
  }
}

// Opens it at `now` with 20 failures.
void break_down(CircuitBreaker& breaker, Duration now) {
  for (int i = 0; i < 20; ++i) call(breaker, now, false);
  ASSERT_EQ(breaker.state(now), BreakerState::open);
}

TEST(CircuitBreaker, OpensAboveTheLimitAndNotAtIt) {
  CircuitBreaker breaker({});
  call(breaker, Duration{0}, false);
  for (int i = 0; i < 19; ++i) call(breaker, Duration{0}, true);
  EXPECT_EQ(breaker.state(Duration{0}), BreakerState::closed) << "1 of 20 is 5 %, not above it";
  call(breaker, Duration{0}, false);
  EXPECT_EQ(breaker.state(Duration{0}), BreakerState::open);
  EXPECT_EQ(breaker.retry_after(4 * second), 6 * second);
  EXPECT_FALSE(breaker.admit(4 * second));
  EXPECT_EQ(breaker.counts(4 * second).refused, 1);
  EXPECT_EQ(breaker.counts(4 * second).opened, 1);
}

TEST(CircuitBreaker, DecidesNothingBelowTheLeastVolume) {
  CircuitBreaker breaker({});
  for (int i = 0; i < 19; ++i) call(breaker, Duration{0}, false);
  EXPECT_EQ(breaker.state(Duration{0}), BreakerState::closed);
}

TEST(CircuitBreaker, OldCallsLeaveTheWindowOfTime) {
  CircuitBreaker breaker({});
  for (int i = 0; i < 19; ++i) call(breaker, Duration{0}, false);
  for (int i = 0; i < 100; ++i) call(breaker, 31 * second, true);
  EXPECT_EQ(breaker.counts(31 * second).calls, 100);
  EXPECT_EQ(breaker.counts(31 * second).failures, 0);
  EXPECT_EQ(breaker.counts(62 * second).calls, 0);
}

TEST(CircuitBreaker, TheWindowOfCallsHoldsTheLastOnesHoweverOld) {
  BreakerOptions options;
  options.window = BreakerOptions::Window::count;
  options.window_calls = 10;
  CircuitBreaker breaker(options);
  for (int i = 0; i < 9; ++i) call(breaker, Duration{0}, true);
  EXPECT_EQ(breaker.counts(Duration{0}).calls, 9);
  call(breaker, std::chrono::hours(1), false);
  EXPECT_EQ(breaker.state(std::chrono::hours(1)), BreakerState::open)
      << "a full window of 10 decides, although fewer than 20 calls were made";
}

TEST(CircuitBreaker, SlowCallsOpenItToo) {
  CircuitBreaker breaker({});
  for (int i = 0; i < 10; ++i) call(breaker, Duration{0}, true);
  for (int i = 0; i < 10; ++i) call(breaker, Duration{0}, true, second);
  EXPECT_EQ(breaker.state(Duration{0}), BreakerState::closed) << "50 % is not above 50 %";
  call(breaker, Duration{0}, true, second);
  EXPECT_EQ(breaker.state(Duration{0}), BreakerState::open);
}

TEST(CircuitBreaker, ClosesWhenAllPermitsComeBackWell) {
  CircuitBreaker breaker({});
  break_down(breaker, Duration{0});
  const Duration later = 10 * second;
  EXPECT_EQ(breaker.state(later), BreakerState::half_open);
  const auto first = breaker.admit(later);
  const auto next = breaker.admit(later);
  const auto last = breaker.admit(later);
  ASSERT_TRUE(first && next && last);
  EXPECT_FALSE(breaker.admit(later)) << "three permits are out";
  breaker.succeeded(*first, later, millisecond);
  breaker.succeeded(*next, later, millisecond);
  EXPECT_FALSE(breaker.admit(later)) << "two came back, one is out: no more are needed";
  EXPECT_EQ(breaker.state(later), BreakerState::half_open);
  breaker.succeeded(*last, later, millisecond);
  EXPECT_EQ(breaker.state(later), BreakerState::closed);
  EXPECT_EQ(breaker.counts(later).calls, 0) << "it starts with an empty window";
}

TEST(CircuitBreaker, OneFailedOrSlowTrialOpensItAgain) {
  for (const bool slow : {false, true}) {
    CircuitBreaker breaker({});
    break_down(breaker, Duration{0});
    const auto permit = breaker.admit(10 * second);
    ASSERT_TRUE(permit);
    if (slow) {
      breaker.succeeded(*permit, 11 * second, 2 * second);
    } else {
      breaker.failed(*permit, 11 * second, millisecond);
    }
    EXPECT_EQ(breaker.state(12 * second), BreakerState::open);
    EXPECT_EQ(breaker.retry_after(12 * second), 9 * second);
    EXPECT_EQ(breaker.counts(12 * second).opened, 2);
  }
}

TEST(CircuitBreaker, APermitThatNeverComesBackIsGivenAgain) {
  CircuitBreaker breaker({});
  break_down(breaker, Duration{0});
  std::vector<CircuitBreaker::Permit> lost;
  for (int i = 0; i < 3; ++i) lost.push_back(*breaker.admit(10 * second));
  EXPECT_FALSE(breaker.admit(39 * second));
  for (int i = 0; i < 3; ++i) {
    const auto permit = breaker.admit(40 * second);
    ASSERT_TRUE(permit);
    breaker.succeeded(*permit, 40 * second, millisecond);
    breaker.failed(lost[static_cast<std::size_t>(i)], 40 * second, millisecond);
  }
  EXPECT_EQ(breaker.state(40 * second), BreakerState::closed) << "the lost ones count no more";
}

TEST(CircuitBreaker, ResultsOfAnEarlierStateAreDropped) {
  CircuitBreaker breaker({});
  const auto early = breaker.admit(Duration{0});
  break_down(breaker, Duration{0});
  for (int i = 0; i < 3; ++i) call(breaker, 10 * second, true);
  ASSERT_EQ(breaker.state(10 * second), BreakerState::closed);
  breaker.failed(*early, 11 * second, millisecond);
  EXPECT_EQ(breaker.counts(11 * second).calls, 0);
}

TEST(CircuitBreaker, APauseThatTheServiceAskedForIsKeptFromAnyState) {
  CircuitBreaker breaker({});
  breaker.hold_open(Duration{0}, std::chrono::hours(2));
  EXPECT_EQ(breaker.state(Duration{0}), BreakerState::open);
  EXPECT_FALSE(breaker.admit(std::chrono::minutes(119)));
  breaker.hold_open(std::chrono::minutes(119), second);
  EXPECT_EQ(breaker.retry_after(std::chrono::minutes(119)), std::chrono::minutes(1))
      << "a shorter wish does not shorten an earlier one";
  EXPECT_TRUE(breaker.admit(std::chrono::hours(2)));
  breaker.hold_open(std::chrono::hours(2), std::chrono::hours(1000));
  EXPECT_EQ(breaker.retry_after(std::chrono::hours(2)), std::chrono::hours(24))
      << "no wish keeps it open for good";
}

// F08: errors at 6 % are found at any rate of calls, and a miss is no failure.
TEST(CircuitBreaker, F08_SixPercentFailuresOpenItAtOneAndAtAHundredCallsASecond) {
  for (const int rate : {1, 100}) {
    CircuitBreaker breaker({});
    int calls = 0;
    Duration now{0};
    while (breaker.state(now) == BreakerState::closed && now < std::chrono::minutes(5)) {
      calls += 1;
      now += second / rate;
      call(breaker, now, calls % 100 * 6 % 100 >= 6);
    }
    EXPECT_EQ(breaker.state(now), BreakerState::open) << rate << " calls a second";
    EXPECT_LE(now, std::chrono::minutes(2)) << rate;
    // ... and it closes by itself when the service is well.
    now += 10 * second;
    for (int i = 0; i < 3; ++i) call(breaker, now, true);
    EXPECT_EQ(breaker.state(now), BreakerState::closed);
  }
}

TEST(CircuitBreaker, F08_WhatIsTheCallersFaultIsNoFailureOfTheService) {
  for (const FailureKind kind : every_kind) {
    const bool callers_fault = kind == FailureKind::constraint || kind == FailureKind::malformed ||
                               kind == FailureKind::limit_exceeded;
    EXPECT_EQ(counts_as_failure(failure_of(Service::d1, kind)), !callers_fault) << name_of(kind);
  }
}

}  // namespace
}  // namespace cutover::rollout
