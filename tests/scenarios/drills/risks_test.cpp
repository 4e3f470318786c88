// The nine risks of the plan, each provoked.
#include <gtest/gtest.h>

#include "scenarios/drills/drill.h"
#include "scenarios/phases/checks.h"

namespace cutover::scenarios {

// What a failing test prints of its parameter.
static void PrintTo(const Drill& drill, std::ostream* out) {
  *out << drill.risk;
}

namespace {

std::string words(const Seen& seen) {
  std::string text = seen.detected ? "detected" : "not detected";
  if (seen.detected_after) text += " after " + in_words(*seen.detected_after);
  text += seen.mitigated ? ", mitigated" : ", not mitigated";
  text += seen.contingency_worked ? ", contingency worked" : ", contingency failed";
  text += seen.recovered ? ", recovered" : ", not recovered";
  return text + ": " + seen.what;
}

class Risk : public testing::TestWithParam<Drill> {};

TEST_P(Risk, R7_1_IsDetectedMitigatedAndRecoveredFromAndTheDrillCanFail) {
  const DrillRow row = run_drill(GetParam(), 1);
  EXPECT_TRUE(row.provoked.all_well()) << words(row.provoked);
  EXPECT_FALSE(row.control.detected) << words(row.control);
  EXPECT_TRUE(row.control.recovered) << words(row.control);
  EXPECT_FALSE(row.unmitigated.all_well()) << words(row.unmitigated);
  EXPECT_TRUE(row.passed());
}

INSTANTIATE_TEST_SUITE_P(Nine, Risk, testing::ValuesIn(risk_drills()),
                         [](const auto& each) { return each.param.id; });

TEST(Risks, R7_1_AreTheNineOfThePlan) {
  EXPECT_EQ(risk_drills().size(), 9U);
}

}  // namespace
}  // namespace cutover::scenarios
