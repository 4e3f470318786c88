#include "core/rollout/rollback_guard.h"

#include <gtest/gtest.h>

#include <functional>
#include <vector>

#include "core/ports/random.h"
#include "tests/core/rollout/mocks.h"

namespace cutover::rollout {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class GuardTest : public testing::Test {
 protected:
  // Traffic second by second until the criterion is met: the time that took, or zero.
  Duration time_to(std::string_view criterion, const std::function<void(Duration)>& traffic,
                   Duration at_most = std::chrono::minutes(10)) {
    const Duration began = now;
    for (; now - began < at_most; now += second) {
      traffic(now);
      if (!finding(criterion)) continue;
      return now - began;
    }
    return Duration{0};
  }
  std::optional<GuardFinding> finding(std::string_view criterion) {
    for (const GuardFinding& each : guard.evaluate(now)) {
      if (each.criterion == criterion) return each;
    }
    return std::nullopt;
  }
  void requests(Duration at, int count, int errors, Duration latency = 20 * millisecond) {
    for (int i = 0; i < count; ++i) guard.request(at, i < errors, latency);
  }
  void d1_calls(Duration at, int count, int failed) {
    for (int i = 0; i < count; ++i) guard.d1_call(at, i >= failed, millisecond);
  }
  void quiet_minutes(int minutes) {
    for (int i = 0; i < minutes * 60; ++i, now += second) {
      requests(now, 10, 0);
      d1_calls(now, 10, 0);
    }
  }
  std::vector<std::string_view> names() {
    std::vector<std::string_view> found;
    for (const GuardFinding& each : guard.evaluate(now)) found.push_back(each.criterion);
    return found;
  }

  RollbackGuard guard{{}};
  Duration now{0};
};

TEST_F(GuardTest, FindsNothingInGoodTraffic) {
  quiet_minutes(6);
  EXPECT_THAT(names(), IsEmpty());
}

// F14: each metric alone. Reaction times as docs/ROLLOUT.md states them.
TEST_F(GuardTest, F14_EachCriterionIsFoundInItsTime) {
  const auto found = [this](std::string_view criterion, const std::function<void(Duration)>& bad) {
    guard.reset(now);
    quiet_minutes(5);
    const Duration time = time_to(criterion, bad);
    guard.reset(now);
    return std::chrono::duration_cast<std::chrono::seconds>(time).count();
  };
  // All at 10 requests a second.
  EXPECT_EQ(found("error_spike", [&](Duration at) { requests(at, 10, 10); }), 1);
  EXPECT_EQ(found("error_rate", [&](Duration at) { requests(at, 10, 10); }), 3);
  EXPECT_EQ(found("error_rate",
                  [&](Duration at) { requests(at, 10, at.count() / 1'000'000 % 5 == 0 ? 1 : 0); }),
            151)
      << "2 %: the window of 5 minutes as a whole is above 1 % after half of it";
  EXPECT_EQ(found("latency_p95", [&](Duration at) { requests(at, 10, 0, 2 * second); }), 15);
  EXPECT_EQ(found("latency_spike", [&](Duration at) { requests(at, 10, 0, 2 * second); }), 3);
  EXPECT_EQ(found("d1_failures", [&](Duration at) { d1_calls(at, 10, 10); }), 30);
  EXPECT_EQ(found("d1_failures", [&](Duration at) { d1_calls(at, 100, 6); }), 30);
  EXPECT_EQ(found("server_errors", [&](Duration at) { requests(at, 10, 1); }), 10);
  EXPECT_EQ(found("d1_failing", [&](Duration at) { d1_calls(at, 10, 1); }), 0);
}

TEST_F(GuardTest, F14_TogetherTheyAreListedTheGravestFirst) {
  quiet_minutes(5);
  for (int i = 0; i < 60; ++i, now += second) {
    requests(now, 10, 5, 3 * second);
    d1_calls(now, 10, 5);
  }
  now -= second;
  guard.inconsistency(now, 3);
  EXPECT_THAT(names(),
              ElementsAre("error_rate", "latency_p95", "d1_failures", "error_spike",
                          "inconsistency", "server_errors", "d1_failing", "latency_spike"));
}

TEST_F(GuardTest, F14_ErrorsOfD1AreSeenWhereTheApiHidesThem) {
  quiet_minutes(1);
  for (int i = 0; i < 60; ++i, now += second) {
    requests(now, 10, 0);  // the fallback answers
    d1_calls(now, 10, 1);
  }
  now -= second;
  EXPECT_THAT(names(), ElementsAre("d1_failures", "d1_failing"));
}

TEST_F(GuardTest, AFewCallsOrOneBurstAreNoFiveMinutesOfTrouble) {
  requests(now, 19, 19);
  EXPECT_FALSE(finding("error_rate"));
  EXPECT_FALSE(finding("error_spike"));
  requests(now, 100, 100);
  EXPECT_FALSE(finding("error_rate")) << "after silence";
  EXPECT_TRUE(finding("error_spike")) << "but it is a spike";
  now += 61 * second;
  EXPECT_THAT(names(), IsEmpty());
}

TEST_F(GuardTest, ABreakerThatOpensOnceIsNoMinuteOfTrouble) {
  quiet_minutes(1);
  for (int i = 0; i < 10; ++i, now += second) d1_calls(now, 10, 10);
  for (int i = 0; i < 60; ++i, now += second) {
    d1_calls(now, 10, 0);
    ASSERT_FALSE(finding("d1_failures")) << i;
  }
}

TEST_F(GuardTest, SinceIsWhenItWasFirstMetWithoutABreak) {
  requests(now, 100, 100);
  EXPECT_EQ(finding("error_spike")->since, Duration{0});
  now = 30 * second;
  EXPECT_EQ(finding("error_spike")->since, Duration{0});
  now = 61 * second;
  EXPECT_FALSE(finding("error_spike"));
  requests(now, 100, 100);
  EXPECT_EQ(finding("error_spike")->since, 61 * second);
}

TEST_F(GuardTest, ItStartsAnewAfterAReset) {
  requests(now, 100, 100);
  guard.inconsistency(now, 1);
  EXPECT_TRUE(finding("error_spike"));
  guard.reset(now);
  EXPECT_THAT(names(), ElementsAre("inconsistency")) << "which stands until it is resolved";
  guard.inconsistency_resolved();
  EXPECT_THAT(names(), IsEmpty());
}

TEST_F(GuardTest, ThePercentileIsAtMostFivePercentOffAndExactAtTheLimit) {
  requests(now, 100, 0, second);
  EXPECT_FALSE(finding("latency_spike")) << "1,000 ms is not above 1,000 ms";
  requests(now, 6, 0, second + Duration{1});
  const auto spike = finding("latency_spike");
  ASSERT_TRUE(spike);
  EXPECT_GT(spike->measured, 1000);
  EXPECT_LE(spike->measured, 1050);
  requests(now, 10'000, 0, std::chrono::hours(1));
  EXPECT_GT(finding("latency_spike")->measured, 60'000) << "as far as it can tell";
}

// With pauses of seconds to minutes, so that many seconds leave a window at once.
TEST_F(GuardTest, WhatHasLeftTheWindowsCountsNoMore) {
  RandomStream random(7, "traffic");
  struct Request {
    Duration at;
    Duration latency;
  };
  std::vector<Request> all;
  for (int step = 0; step < 400; ++step) {
    now += second * static_cast<std::int64_t>(random.below(10) == 0 ? random.below(200) : 1);
    for (std::uint64_t i = random.below(40); i > 0; --i) {
      all.push_back({now, millisecond * static_cast<std::int64_t>(random.below(3000))});
      guard.request(now, false, all.back().latency);
    }
    RollbackGuard fresh{{}};
    for (const Request& request : all) {
      if (now - request.at < std::chrono::minutes(5)) {
        fresh.request(request.at, false, request.latency);
      }
    }
    const auto measured = [](std::vector<GuardFinding> found) {
      for (GuardFinding& each : found) each.since = Duration{0};
      return found;
    };
    ASSERT_EQ(measured(guard.evaluate(now)), measured(fresh.evaluate(now))) << "step " << step;
  }
}

}  // namespace
}  // namespace cutover::rollout
