#include "reports/criterion.h"

#include <gtest/gtest.h>

#include <limits>
#include <optional>

namespace cutover::reports {
namespace {

Criterion measured_against(double measured, Direction direction, double limit) {
  Criterion criterion;
  criterion.measured = measured;
  criterion.direction = direction;
  criterion.limit = limit;
  return criterion;
}

TEST(Margin, IsTheRoomToTheLimitInPercentOfTheLimit) {
  EXPECT_EQ(margin_percent(measured_against(75, Direction::below, 100)), 25);
  EXPECT_EQ(margin_percent(measured_against(100, Direction::at_most, 100)), 0);
  EXPECT_EQ(margin_percent(measured_against(150, Direction::at_most, 100)), -50);
  EXPECT_EQ(margin_percent(measured_against(100, Direction::above, 80)), 25);
  EXPECT_EQ(margin_percent(measured_against(60, Direction::at_least, 80)), -25);
}

TEST(Margin, NeedsTwoFiniteNumbersAndALimitThatIsNotZero) {
  EXPECT_EQ(margin_percent(measured_against(0, Direction::at_most, 0)), std::nullopt);
  constexpr double infinity = std::numeric_limits<double>::infinity();
  EXPECT_EQ(margin_percent(measured_against(infinity, Direction::below, 1)), std::nullopt);
  Criterion criterion = measured_against(1, Direction::below, 2);
  criterion.measured = "1";
  EXPECT_EQ(margin_percent(criterion), std::nullopt);
  criterion.measured = 1.0;
  criterion.limit.reset();
  EXPECT_EQ(margin_percent(criterion), std::nullopt);
}

TEST(ShownBy, KnowsWhetherTheLimitItselfIsAllowed) {
  EXPECT_EQ(shown_by(measured_against(10, Direction::at_most, 10)), Verdict::pass);
  EXPECT_EQ(shown_by(measured_against(10, Direction::below, 10)), Verdict::fail);
  EXPECT_EQ(shown_by(measured_against(10, Direction::at_least, 10)), Verdict::pass);
  EXPECT_EQ(shown_by(measured_against(10, Direction::above, 10)), Verdict::fail);
}

TEST(ShownBy, LeavesTextsToTheVerdictAndCallsAMissingFigureUnknown) {
  Criterion criterion = measured_against(1, Direction::below, 2);
  criterion.measured = "9 of 9";
  EXPECT_EQ(shown_by(criterion), Verdict::pass);
  criterion.measured = {};
  EXPECT_EQ(shown_by(criterion), Verdict::unknown);
  criterion.measured = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(shown_by(criterion), Verdict::unknown);
}

TEST(Direction, HasANameThatReadsBack) {
  for (const Direction direction :
       {Direction::at_most, Direction::below, Direction::at_least, Direction::above}) {
    EXPECT_EQ(direction_named(name_of(direction)), direction);
  }
  EXPECT_EQ(direction_named("<"), std::nullopt);
}

}  // namespace
}  // namespace cutover::reports
