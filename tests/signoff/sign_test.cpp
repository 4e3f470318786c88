#include "signoff/sign.h"

#include <gmock/gmock.h>

#include "signoff/open_rows.h"
#include "signoff/signoff_file.h"
#include "tests/signoff/desk.h"

namespace cutover::signoff {
namespace {

using reports::Verdict;
using testing::HasSubstr;

TEST(Sign, AReportThatPassedNeedsNoWaiver) {
  Desk desk(passing_report());
  EXPECT_EQ(desk.approve("qa"), "");
  ASSERT_EQ(desk.signoff.approvals.size(), 1U);
  EXPECT_EQ(desk.signoff.approvals[0].previous, "");
  EXPECT_EQ(desk.approve("tech_lead"), "");
  EXPECT_EQ(desk.signoff.approvals[1].previous, digest_of(desk.signoff, desk.signoff.approvals[0]));
}

TEST(Sign, AFailedReportIsApprovedOnlyWithEveryRowWaived) {
  Desk desk(failing_report());
  EXPECT_THAT(desk.approve("qa"), HasSubstr("R6.5.p95 (fail) API p95"));
  EXPECT_THAT(desk.approve("qa"), HasSubstr("R7.2 (unknown) Falls back"));
  EXPECT_THAT(desk.approve("qa", {{"R7.2", "planned", morning + day}}), HasSubstr("R6.5.p95"));
  EXPECT_TRUE(desk.signoff.approvals.empty()) << "nothing was signed";
  EXPECT_EQ(desk.reject("qa"), "") << "rejecting needs no waiver";
}

TEST(Sign, AWaiverNamesARowThatDidNotPassAndEnds) {
  Desk desk(failing_report());
  const auto waive = [&](Waiver waiver) { return desk.approve("qa", {std::move(waiver)}); };
  EXPECT_THAT(waive({"R9.9", "x", morning + day}), HasSubstr("--waive: no row 'R9.9'"));
  EXPECT_THAT(waive({"step migration", "x", morning + day}), HasSubstr("--waive: no row"));
  EXPECT_THAT(waive({"R7.2", "", morning + day}), HasSubstr("--reason: must be 1 to 1000"));
  EXPECT_THAT(waive({"R7.2", "x", morning}), HasSubstr("--until: a waiver ends after"));
  EXPECT_THAT(waive({"R7.2", "x", morning + 366 * day + 1}), HasSubstr("within 366 days"));
  EXPECT_THAT(desk.approve("qa", {{"R7.2", "x", morning + day}, {"R7.2", "y", morning + day}}),
              HasSubstr("given twice"));
  Approval words = words_of("qa", morning);
  words.decision = Decision::reject;
  words.waivers = {{"R7.2", "x", morning + day}};
  EXPECT_THAT(desk.say(words, 2), HasSubstr("whoever rejects waives nothing"));
}

TEST(Sign, NamesAndRemarksAreHeldAgainstTheirBounds) {
  Desk desk(passing_report());
  const auto say = [&](void (*change)(Approval&)) {
    Approval words = words_of("qa", morning);
    change(words);
    return desk.say(words, 2);
  };
  EXPECT_THAT(say([](Approval& words) { words.role = "boss"; }), HasSubstr("--role: must be one"));
  EXPECT_THAT(say([](Approval& words) { words.person = ""; }), HasSubstr("--person: must be 1"));
  EXPECT_THAT(say([](Approval& words) { words.person = "a\nb"; }), HasSubstr("--person"));
  EXPECT_THAT(say([](Approval& words) { words.comment = "\x1b[2J"; }), HasSubstr("--comment"));
  EXPECT_THAT(say([](Approval& words) { words.comment = std::string(2001, 'a'); }),
              HasSubstr("--comment: must be 0 to 2000"));
}

TEST(Sign, NobodySignsForTwoRoles) {
  Desk desk(passing_report());
  desk.approve("qa");
  Approval words = words_of("rollback", morning);
  words.person = person_of("qa");
  EXPECT_THAT(desk.say(words, key_of("qa")), HasSubstr("does not have this key"));
  Facts facts = desk.facts();
  facts.approvers = nullptr;
  const auto same_person = sign(desk.signoff, facts, words, key_number(40));
  ASSERT_FALSE(same_person);
  EXPECT_THAT(same_person.error(), HasSubstr("2 approvals by 1 different people"));
  words.person = "Somebody Else";
  EXPECT_FALSE(sign(desk.signoff, facts, words, key_number(2))) << "another name, the same key";
  EXPECT_TRUE(sign(desk.signoff, facts, words, key_number(40)));
}

TEST(Sign, AKeyThatMayNotSignForTheRoleIsRefused) {
  Desk desk(passing_report());
  EXPECT_THAT(desk.say(words_of("qa", morning), key_of("rollback")),
              HasSubstr("does not have this key for this person and role"));
}

TEST(Sign, NothingIsAddedToASignOffThatWasChanged) {
  Desk desk(passing_report());
  desk.approve("qa");
  Desk changed_report = desk;
  changed_report.sha256 = std::string(64, '0');
  EXPECT_THAT(changed_report.approve("rollback"), HasSubstr("every approval is void"));
  desk.signoff.approvals[0].comment = "looked at everything";
  EXPECT_THAT(desk.approve("rollback"), HasSubstr("the signature does not fit"));
}

TEST(Sign, NobodySignsBeforeTheOneBeforeThem) {
  Desk desk(passing_report());
  desk.approve("qa");
  desk.now -= clock_skew_max + 1;
  EXPECT_NE(desk.approve("rollback"), "");
}

TEST(Sign, AReportThatClaimsMoreThanItShowsCanOnlyBeRejected) {
  reports::Report report = failing_report();
  report.verdict = Verdict::pass;
  Desk desk(report);
  EXPECT_THAT(desk.approve("qa", {{"R6.5.p95", "x", morning + day}, {"R7.2", "x", morning + day}}),
              HasSubstr("cannot be approved, only rejected"));
  EXPECT_EQ(desk.reject("qa"), "");
}

TEST(Sign, ASignOffDoesNotGrowWithoutEnd) {
  Desk desk(passing_report());
  for (std::size_t i = 0; i < approvals_max; ++i) ASSERT_EQ(desk.approve("qa"), "");
  EXPECT_THAT(desk.approve("qa"), HasSubstr("takes no more"));
  EXPECT_TRUE(signoff_from_json(to_json(desk.signoff)));
}

TEST(OpenRows, OfAReportThatPassedThereAreNone) {
  EXPECT_TRUE(open_rows(passing_report()).empty());
}

TEST(OpenRows, EveryPartThatCountsIsNamed) {
  reports::Report report = failing_report();
  report.steps[0].verdict = Verdict::fail;
  report.tables = {{"drills", "Drills", "", {"risk"}, {{{"D1 is down"}, Verdict::unknown}}}};
  report.criteria.push_back(report.criteria[0]);
  std::vector<std::string> ids;
  for (const OpenRow& row : open_rows(report)) ids.push_back(row.id);
  EXPECT_THAT(ids,
              testing::ElementsAre("R7.2", "R6.5.p95", "step migration", "drills: D1 is down"));
}

TEST(OpenRows, ARunThatWasInterruptedIsARowOfItsOwn) {
  reports::Report report = passing_report();
  report.verdict = Verdict::unknown;
  ASSERT_EQ(open_rows(report).size(), 1U);
  EXPECT_EQ(open_rows(report)[0].id, "verdict");
}

}  // namespace
}  // namespace cutover::signoff
