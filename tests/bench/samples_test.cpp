#include "bench/samples.h"

#include <gtest/gtest.h>

#include <vector>

namespace cutover::bench {
namespace {

TEST(Samples, TheMedianIsTheMiddleOneOrTheMeanOfTheMiddleTwo) {
  EXPECT_DOUBLE_EQ(median({5}), 5);
  EXPECT_DOUBLE_EQ(median({9, 1, 5}), 5);
  EXPECT_DOUBLE_EQ(median({9, 1, 5, 7}), 6);
}

TEST(Samples, TheSpreadIsHalfTheMiddleHalfOverTheMedian) {
  EXPECT_DOUBLE_EQ(relative_spread({100, 100, 100}), 0);
  EXPECT_DOUBLE_EQ(relative_spread({90, 95, 100, 105, 110}), 0.05);
  EXPECT_DOUBLE_EQ(relative_spread({90, 95, 100, 105, 1000}), 0.05) << "one outlier is no spread";
}

// By hand: U = 8 of 64, four pairs of ties, so z = (32 - 8 - 0.5) / 9.50 = 2.47.
TEST(Samples, TheRankTestGivesTheKnownProbability) {
  const std::vector<double> left = {1, 2, 3, 4, 5, 6, 7, 8};
  const std::vector<double> right = {5, 6, 7, 8, 9, 10, 11, 12};
  EXPECT_NEAR(rank_test(left, right), 0.01331, 0.0001);
  EXPECT_NEAR(rank_test(right, left), 0.01331, 0.0001) << "the sides can be exchanged";
}

TEST(Samples, TheRankTestCannotTellEqualThings) {
  const std::vector<double> same(12, 3.0);
  EXPECT_DOUBLE_EQ(rank_test(same, same), 1);
  const std::vector<double> ones = {1, 4, 5, 8, 9, 12, 13, 16};
  const std::vector<double> others = {2, 3, 6, 7, 10, 11, 14, 15};
  EXPECT_GT(rank_test(ones, others), 0.9);
}

TEST(Samples, WithFewerThanEightValuesNothingCanBeTold) {
  EXPECT_DOUBLE_EQ(rank_test({1, 1, 1, 1, 1, 1, 1}, {9, 9, 9, 9, 9, 9, 9, 9}), 1);
  EXPECT_LT(rank_test({1, 1, 1, 1, 1, 1, 1, 1}, {9, 9, 9, 9, 9, 9, 9, 9}), 0.001);
}

}  // namespace
}  // namespace cutover::bench
