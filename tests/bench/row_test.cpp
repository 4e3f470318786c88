#include "bench/row.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace cutover::bench {
namespace {

using ::testing::HasSubstr;

Row at_least_one(std::vector<double> values) {
  return {"speed", "ours", "theirs", Bound::at_least, 1, "", std::move(values)};
}

TEST(Rows, AGoalIsMetOrMissedWhenTheMiddleHalfOfTheRoundsAgrees) {
  EXPECT_EQ(goal_of(at_least_one({1.1, 1.2, 1.3, 1.4})), Goal::met);
  EXPECT_EQ(goal_of(at_least_one({0.5, 1.2, 1.3, 1.4})), Goal::met) << "one slow round is noise";
  EXPECT_EQ(goal_of(at_least_one({0.9, 0.8, 0.7})), Goal::missed);
  Row row = at_least_one({0.9, 0.8, 0.7});
  row.bound = Bound::at_most;
  EXPECT_EQ(goal_of(row), Goal::met);
}

TEST(Rows, WhatLiesWithinTheNoiseIsUnknown) {
  EXPECT_EQ(goal_of(at_least_one({0.8, 0.9, 1.1, 1.2})), Goal::unknown);
}

TEST(Rows, WhatWasNotMeasuredIsUnknownAndSaysWhy) {
  Row row = at_least_one({});
  row.missing = "wrk is not installed";
  EXPECT_EQ(goal_of(row), Goal::unknown);
  EXPECT_THAT(text_of(row), HasSubstr("not measured: wrk is not installed"));
  EXPECT_FALSE(nlohmann::json::parse(json_of({row}))["rows"][0].contains("median"));
}

TEST(Rows, TheTextHasTheFiguresOfBothSidesTheRangeAndTheGoal) {
  Row row = at_least_one({1.5, 1.25, 2});
  row.notes = {"ours 10 a second"};
  EXPECT_EQ(text_of(row),
            "speed: ours, against theirs\n    ours 10 a second\n"
            "  1.50 (3 rounds: 1.25 to 2.00), goal: at least 1.00: met\n");
}

}  // namespace
}  // namespace cutover::bench
