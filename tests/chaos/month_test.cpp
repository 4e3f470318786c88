// The scenario "month": a storm, and thirty ordinary days after it.

#include <gtest/gtest.h>

#include <algorithm>
#include <array>

#include "chaos/campaign.h"
#include "chaos/invariants/tables.h"
#include "chaos/pace.h"

namespace cutover::chaos {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr UnixTime at_hour(std::int64_t hour) {
  return UnixTime{hour * 3'600'000'000};
}

StormCase month_of(std::uint64_t seed) {
  return draw_case(case_of(*scenario_named("month")), seed);
}

TEST(Pace, WithoutWeeksTheStormsPaceNeverEnds) {
  const Pace pace(case_of(*scenario_named("live")));
  for (const Duration now : {Duration(seconds(1)), Duration(hours(1)), Duration(hours(1000))}) {
    EXPECT_FALSE(pace.ordinary(now));
    EXPECT_LT(pace.until_users_come(now, at_hour(3), 3'999), seconds(4));
    EXPECT_LT(pace.until_operator_acts(now, 7'999), seconds(10));
    EXPECT_EQ(pace.until_housekeeping(now), seconds(1));
    EXPECT_EQ(pace.end_of_life(now, 5), Duration::max());
  }
}

TEST(Pace, OrdinaryDaysBeginWhenTheStormIsOverAndEverybodyIsWell) {
  const StormCase played = month_of(1);
  const Pace pace(played);
  EXPECT_FALSE(pace.ordinary(healthy_from(played) - seconds(1)));
  EXPECT_TRUE(pace.ordinary(healthy_from(played)));
  EXPECT_EQ(pace.until_housekeeping(seconds(1)), seconds(1));
  EXPECT_EQ(pace.until_housekeeping(hours(24)), minutes(10));
}

TEST(Pace, OnOrdinaryDaysUsersSleepAtNightAndComeMostInTheEvening) {
  const Pace pace(month_of(1));
  // The longest wait that can be drawn is twice the mean.
  const auto longest = [&pace](std::int64_t hour) {
    Duration found{0};
    for (std::uint64_t random = 0; random < 20'000'000; random += 59'999) {
      found = std::max(found, pace.until_users_come(hours(24), at_hour(hour), random));
    }
    return found;
  };
  EXPECT_GT(longest(3), hours(4) - minutes(2));
  EXPECT_GT(longest(12), longest(20));
  EXPECT_GT(longest(3), longest(12));
}

TEST(Pace, NoIsolateLivesLongerThanTwoDaysOrEndsInTheStorm) {
  const StormCase played = month_of(1);
  const Pace pace(played);
  for (std::uint64_t random = 0; random < 1'000'000'000; random += 9'999'991) {
    EXPECT_GE(pace.end_of_life(seconds(0), random), healthy_from(played));
    EXPECT_LE(pace.end_of_life(hours(100), random), hours(148));
    EXPECT_GE(pace.end_of_life(hours(100), random), hours(104));
  }
}

// What a month is played for happens in it.
TEST(Campaign, R8_6_AMonthHasItsDaysItsRolloutsAndRollbacksAndBreaksNothing) {
  std::int64_t rollbacks = 0;
  std::int64_t second_cutovers = 0;
  std::int64_t isolates = 0;
  for (std::uint64_t seed = 1; seed <= 4; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    const StormCase played = month_of(seed);
    faults::Storm storm(storm_of(played));
    StormRun run(played, storm);
    std::size_t requests = 0;
    std::array<int, 24> by_hour{};
    run.at_end([&](const Aftermath& end) {
      requests = end.live.answers.size() + end.live.exchanges.size();
      rollbacks += end.live.rollbacks;
      isolates += end.live.isolates;
      const auto cutovers =
          read_rows(end, "SELECT count(*) FROM RolloutAudit WHERE to_phase = 'd1'");
      second_cutovers += as_int(cutovers.at(0).at(0)) > 1 ? 1 : 0;
      for (const Answered& answer : end.live.answers) {
        if (answer.asked < healthy_from(end.played)) continue;
        const auto began = end.world.scheduler().wall().seconds() -
                           std::chrono::floor<seconds>(end.world.scheduler().now()).count();
        const auto at = began + std::chrono::floor<seconds>(answer.asked).count();
        by_hour[static_cast<std::size_t>(at / 3600 % 24)] += 1;
      }
    });
    const StormResult result = run.play();
    for (const Violation& violation : result.violations) {
      ADD_FAILURE() << violation.invariant << ": " << violation.about << ": " << violation.text;
    }
    EXPECT_GE(result.virtual_time, hours(30 * 24));
    EXPECT_GT(requests, 3'000U);
    EXPECT_LT(requests, 20'000U);
    EXPECT_GT(by_hour[20], 3 * by_hour[3]);
  }
  EXPECT_GE(rollbacks, 4);
  EXPECT_GE(second_cutovers, 2);
  EXPECT_GT(isolates, 4 * 3 * 10) << "isolates come and go";
}

}  // namespace
}  // namespace cutover::chaos
