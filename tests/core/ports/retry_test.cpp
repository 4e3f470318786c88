#include "core/ports/retry.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/core/ports/manual_runtime.h"

namespace cutover {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::ElementsAre;

Failure transient(Effect effect = Effect::not_applied) {
  return {Service::kv, "get", FailureKind::unavailable, true, Duration{0}, effect, "503"};
}

Failure permanent() {
  return {Service::kv, "get", FailureKind::malformed, false, Duration{0}, Effect::not_applied, ""};
}

class Retry : public testing::Test {
 protected:
  // Fails `failures` times with `failure`, then answers 42.
  Outcome<int> run(int failures, const Failure& failure, Repeat repeat = Repeat::idempotent) {
    return with_retry(runtime, telemetry, policy, repeat, [&]() -> Outcome<int> {
      calls += 1;
      if (calls <= failures) return failure;
      return 42;
    });
  }

  ManualRuntime runtime;
  NamedEvents telemetry;
  RetryPolicy policy;
  int calls = 0;
};

TEST_F(Retry, DoesNotWaitWhenTheFirstAttemptSucceeds) {
  EXPECT_EQ(run(0, transient()).value_or(0), 42);
  EXPECT_EQ(calls, 1);
  EXPECT_TRUE(runtime.slept.empty());
}

TEST_F(Retry, M08_RepeatsATransientFailureUntilItPasses) {
  EXPECT_EQ(run(3, transient()).value_or(0), 42);
  EXPECT_EQ(calls, 4);
  EXPECT_EQ(telemetry.count("retry"), 3U);
}

TEST_F(Retry, ReturnsTheLastFailureWhenAttemptsRunOut) {
  const Outcome<int> outcome = run(100, transient());
  ASSERT_FALSE(outcome.has_value());
  EXPECT_EQ(outcome.error(), transient());
  EXPECT_EQ(calls, policy.attempts_max);
  EXPECT_EQ(runtime.slept.size(), 4U);
}

TEST_F(Retry, NeverRepeatsAPermanentFailure) {
  EXPECT_FALSE(run(100, permanent()).has_value());
  EXPECT_EQ(calls, 1);
}

TEST_F(Retry, M09_DoesNotRepeatUnsafeWorkWhoseEffectIsUnknown) {
  EXPECT_FALSE(run(1, transient(Effect::unknown), Repeat::only_if_not_applied).has_value());
  EXPECT_EQ(calls, 1);
}

TEST_F(Retry, RepeatsUnsafeWorkThatWasNotApplied) {
  EXPECT_TRUE(run(1, transient(Effect::not_applied), Repeat::only_if_not_applied).has_value());
  EXPECT_EQ(calls, 2);
}

TEST_F(Retry, RepeatsIdempotentWorkWhoseEffectIsUnknown) {
  EXPECT_TRUE(run(1, transient(Effect::unknown), Repeat::idempotent).has_value());
}

TEST_F(Retry, WaitsDoubleUpToTheMaximum) {
  policy.attempts_max = 7;
  policy.wait_max = seconds(2);
  EXPECT_FALSE(run(100, transient()).has_value());
  // Random number 0: the shortest wait, half of the cap.
  EXPECT_THAT(runtime.slept,
              ElementsAre(milliseconds(100), milliseconds(200), milliseconds(400),
                          milliseconds(800), milliseconds(1000), milliseconds(1000)));
}

TEST_F(Retry, JitterSpreadsTheWaitOverTheUpperHalfOfTheCap) {
  Duration shortest = Duration::max();
  Duration longest{0};
  for (std::uint64_t number = 0; number < 1'000'000; number += 37) {
    const Duration wait = retry_wait(policy, transient(), 3, number);
    shortest = std::min(shortest, wait);
    longest = std::max(longest, wait);
    ASSERT_GE(wait, milliseconds(200));
    ASSERT_LE(wait, milliseconds(400));
  }
  EXPECT_LT(shortest, milliseconds(205));
  EXPECT_GT(longest, milliseconds(395));
}

TEST_F(Retry, NeverUndercutsTheServicesOwnWish) {
  Failure failure = transient();
  failure.retry_after = seconds(7);
  EXPECT_TRUE(run(1, failure).has_value());
  EXPECT_THAT(runtime.slept, ElementsAre(seconds(7)));
}

TEST_F(Retry, R2_13_GivesUpWhenTheWaitWouldOutlastTheInvocation) {
  runtime.granted.wall = milliseconds(150);
  EXPECT_FALSE(run(100, transient()).has_value());
  EXPECT_EQ(calls, 2) << "100 ms fit, the 200 ms after them do not";
  EXPECT_THAT(runtime.slept, ElementsAre(milliseconds(100)));
}

TEST(RetryDeathTest, TheFirstAttemptHasNoWait) {
  EXPECT_DEATH(static_cast<void>(retry_wait({}, transient(), 1, 0)), "does not wait");
}

}  // namespace
}  // namespace cutover
