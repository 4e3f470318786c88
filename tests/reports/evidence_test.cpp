#include "reports/evidence.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/reports/sample_report.h"

namespace cutover::reports {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr Verdict pass = Verdict::pass;
constexpr Verdict fail = Verdict::fail;
constexpr Verdict unknown = Verdict::unknown;

TEST(VerdictArithmetic, APassWithoutEvidenceIsNotOne) {
  EXPECT_EQ(combine({}), unknown);
  EXPECT_EQ(verdict_of({}), unknown);
}

TEST(VerdictArithmetic, AllPassesArePass) {
  EXPECT_EQ(combine({pass, pass}), pass);
}

TEST(VerdictArithmetic, OneUnknownMakesItUnknown) {
  EXPECT_EQ(combine({pass, unknown, pass}), unknown);
}

TEST(VerdictArithmetic, OneFailMakesItFailWhereverItStands) {
  EXPECT_EQ(combine({fail, unknown, pass}), fail);
  EXPECT_EQ(combine({pass, unknown, fail}), fail);
  EXPECT_EQ(combine({unknown, fail}), fail);
}

TEST(Verdict, HasANameThatReadsBack) {
  for (const Verdict verdict : {pass, fail, unknown}) {
    EXPECT_EQ(verdict_named(name_of(verdict)), verdict);
  }
  EXPECT_EQ(verdict_named("Pass"), std::nullopt);
  EXPECT_EQ(verdict_named(""), std::nullopt);
}

TEST(Conclude, AnHonestReportIsAPass) {
  EXPECT_EQ(conclude(honest_report()), pass);
  EXPECT_THAT(contradictions(honest_report()), IsEmpty());
}

TEST(Conclude, AnEmptyReportIsUnknownAndSaysNothingWrong) {
  EXPECT_EQ(conclude(Report{}), unknown);
  EXPECT_THAT(contradictions(Report{}), IsEmpty());
}

TEST(Conclude, AFailedStepCriterionOrRequirementFailsTheReport) {
  Report report = honest_report();
  report.steps[1].verdict = fail;
  EXPECT_EQ(conclude(report), fail);
  report = honest_report();
  report.criteria[2].verdict = fail;
  EXPECT_EQ(conclude(report), fail);
  report = honest_report();
  report.requirements[0].verdict = fail;
  EXPECT_EQ(conclude(report), fail);
}

TEST(Contradictions, NameARequirementThatPassesWithoutEvidence) {
  Report report = honest_report();
  report.requirements[0].evidence.clear();
  EXPECT_EQ(conclude(report), unknown);
  EXPECT_THAT(contradictions(report),
              ElementsAre(HasSubstr("The report says pass"), HasSubstr("Requirement R2.4 says")));
}

TEST(Contradictions, NameFatesThatDoNotAddUpToTheListing_R2_14) {
  Report report = honest_report();
  report.listed = 8;
  EXPECT_EQ(conclude(report), fail);
  EXPECT_THAT(
      contradictions(report),
      ElementsAre(HasSubstr("says pass"), "The fates add up to 7, but 8 keys were listed."));
}

TEST(Contradictions, AReportMayBeWorseThanItsParts) {
  Report report = honest_report();
  report.verdict = unknown;  // interrupted, say
  EXPECT_THAT(contradictions(report), IsEmpty());
}

TEST(AddFinding, CountsAllAndKeepsTheFirstFew) {
  std::vector<FindingGroup> groups;
  for (int number = 0; number < 1000; ++number) {
    add_finding(groups, {"key " + std::to_string(number), "too_large", "d"}, "More than 25 MiB");
  }
  add_finding(groups, {"other", "not_utf8", ""}, "Not UTF-8");
  ASSERT_EQ(groups.size(), 2u);
  EXPECT_EQ(groups[0].count, 1000u);
  EXPECT_EQ(groups[0].meaning, "More than 25 MiB");
  ASSERT_EQ(groups[0].examples.size(), findings_examples_max);
  EXPECT_EQ(groups[0].examples.back().key, "key 9");
  EXPECT_EQ(groups[1].reason, "not_utf8");
  EXPECT_EQ(groups[1].count, 1u);
}

}  // namespace
}  // namespace cutover::reports
