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

TEST(Conclude, ARowOfATableCountsWhenItHasAVerdict) {
  Report report = honest_report();
  report.tables[0].rows[0].verdict = unknown;
  EXPECT_EQ(conclude(report), unknown);
  EXPECT_THAT(contradictions(report),
              ElementsAre(HasSubstr("The report says pass"),
                          "Table drills has a row that says unknown: D1 is down"));
  report.tables[0].rows[0].verdict.reset();
  EXPECT_EQ(conclude(report), pass);
}

TEST(Conclude, AFigureBeyondItsLimitFailsWhateverTheCriterionSays) {
  Report report = honest_report();
  report.criteria[0].measured = 500.0;  // must be below 500
  EXPECT_EQ(conclude(report), fail);
  EXPECT_THAT(
      contradictions(report),
      ElementsAre(HasSubstr("The report says pass"),
                  HasSubstr("Criterion R6.5.p95 says pass, but what it rests on says fail")));
  report.criteria[0].measured = {};
  EXPECT_EQ(conclude(report), unknown) << "a limit, and nothing measured";
}

}  // namespace
}  // namespace cutover::reports
