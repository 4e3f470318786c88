#include "bench/gate.h"

#include <gtest/gtest.h>

#include <vector>

namespace cutover::bench {
namespace {

std::vector<double> around(double middle, double step) {
  std::vector<double> values;
  for (int i = -6; i <= 6; ++i) values.push_back(middle + i * step);
  return values;
}

TEST(GateOfCounts, ATenthMoreInstructionsIsSlowerAndATenthLessIsFaster) {
  EXPECT_EQ(pace_of_counts(100'000, 110'000, 0.001), Pace::slower);
  EXPECT_EQ(pace_of_counts(100'000, 90'000, 0.001), Pace::faster);
}

TEST(GateOfCounts, ADifferenceWithinThreePercentOrTheNoiseIsNone) {
  EXPECT_EQ(pace_of_counts(100'000, 102'900, 0), Pace::unchanged);
  EXPECT_EQ(pace_of_counts(100'000, 97'200, 0), Pace::unchanged);
  EXPECT_EQ(pace_of_counts(100'000, 110'000, 0.04), Pace::unchanged) << "three times the noise";
}

TEST(GateOfSeconds, ATenthMoreIsSlowerWhenTheRanksAgree) {
  EXPECT_EQ(pace_of(around(1.0, 0.002), around(1.1, 0.002), 0.005), Pace::slower);
  EXPECT_EQ(pace_of(around(1.1, 0.002), around(1.0, 0.002), 0.005), Pace::faster);
}

TEST(GateOfSeconds, WhatTheSameProgramAlsoShowsAgainstItselfIsNoChange) {
  EXPECT_EQ(pace_of(around(1.0, 0.002), around(1.1, 0.002), 0.06), Pace::unchanged);
  EXPECT_EQ(pace_of(around(1.0, 0.05), around(1.01, 0.05), 0.001), Pace::unchanged);
}

TEST(GateOfSeconds, AMedianThatTheRanksDoNotBearOutIsUnknown) {
  EXPECT_EQ(pace_of(around(1.0, 0.1), around(1.05, 0.1), 0.001), Pace::unknown);
  EXPECT_EQ(pace_of({1, 1, 1}, {2, 2, 2}, 0), Pace::unknown) << "too few to tell";
}

}  // namespace
}  // namespace cutover::bench
