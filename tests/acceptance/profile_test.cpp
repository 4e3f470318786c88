#include "acceptance/profile.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cutover::acceptance {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(LessThanStandard, IsNothingForStandardAndFullAndWhereThereWasNoChoice) {
  for (const char* name : {"standard", "full", ""}) EXPECT_EQ(less_than_standard(name), "") << name;
}

TEST(LessThanStandard, NamesWhatSmallProfilesDoNotPlay) {
  EXPECT_THAT(less_than_standard("dump"),
              AllOf(HasSubstr("phases, rollbacks, risks and the plan's load were not rehearsed"),
                    HasSubstr("0 storms were played, not 16,902"),
                    HasSubstr("no fault was played at each call of a migration"),
                    HasSubstr("the test suite")));
  EXPECT_THAT(less_than_standard("quick"),
              AllOf(Not(HasSubstr("rehearsed")), HasSubstr("590 storms were played, not 16,902"),
                    HasSubstr("no pair of faults was played"), HasSubstr("the test suite")));
}

TEST(LessThanStandard, SaysWhenItDoesNotKnowTheProfile) {
  EXPECT_THAT(less_than_standard("nightly"), HasSubstr("does not know"));
}

}  // namespace
}  // namespace cutover::acceptance
