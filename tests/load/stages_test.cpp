// The course of a load: ramps, jumps, and when arrivals are due.
#include "load/stages.h"

#include <gtest/gtest.h>

#include <cmath>

namespace cutover::load {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

TEST(LoadStages, AUserOfARampBeginsWhenTheTargetReachesIt) {
  const Stages ramp({{seconds(30), 50}});
  EXPECT_EQ(ramp.first_at_least(seconds(0), 1), milliseconds(600));
  EXPECT_EQ(ramp.first_at_least(seconds(0), 50), seconds(30));
  EXPECT_EQ(ramp.first_at_least(seconds(20), 10), seconds(20)) << "it works already";
  EXPECT_FALSE(ramp.first_at_least(seconds(0), 51).has_value());
}

TEST(LoadStages, AJumpTakesNoTime) {
  const Stages jump({{seconds(0), 8}, {seconds(10), 8}});
  EXPECT_EQ(jump.first_at_least(seconds(0), 8), seconds(0));
  EXPECT_EQ(jump.target_at(seconds(0)), 8);
  EXPECT_EQ(jump.length(), seconds(10));
}

TEST(LoadStages, AUserThatRestsBetweenTwoHillsWorksAgainOnTheSecond) {
  const Stages hills({{seconds(10), 10}, {seconds(10), 0}, {seconds(10), 10}});
  EXPECT_EQ(hills.first_at_least(seconds(16), 5), seconds(25));
}

TEST(LoadStages, EvenArrivalsComeEvenly) {
  const Stages even({{seconds(0), 10}, {seconds(10), 10}});
  EXPECT_EQ(even.moment_of(1), milliseconds(100));
  EXPECT_EQ(even.moment_of(50), seconds(5));
  EXPECT_EQ(even.moment_of(100), seconds(10));
  EXPECT_FALSE(even.moment_of(101).has_value());
}

TEST(LoadStages, ArrivalsOfARampAreItsArea) {
  const Stages ramp({{seconds(10), 10}, {seconds(10), 0}});
  // 50 in the first half: after t seconds t * t / 2.
  for (int arrivals = 1; arrivals <= 50; ++arrivals) {
    const auto moment = ramp.moment_of(arrivals);
    ASSERT_TRUE(moment.has_value());
    const double t = std::chrono::duration<double>(*moment).count();
    EXPECT_NEAR(t * t / 2, arrivals, 1e-4);
  }
  EXPECT_EQ(ramp.moment_of(100), seconds(20));
  EXPECT_FALSE(ramp.moment_of(100.5).has_value());
}

}  // namespace
}  // namespace cutover::load
