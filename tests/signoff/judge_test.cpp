#include "signoff/judge.h"

#include <gmock/gmock.h>

#include "tests/signoff/desk.h"

namespace cutover::signoff {
namespace {

using reports::Verdict;
using testing::HasSubstr;

const std::vector<Waiver> both_waived = {
    {"R6.5.p95", "measured on a slow machine", morning + 30 * day},
    {"R7.2", "a drill is planned", morning + day}};

Desk complete_desk() {
  Desk desk(passing_report());
  desk.approve_all();
  return desk;
}

TEST(Judge, FiveRolesByFivePeopleAreACompleteSignOff) {  // R6.6
  const Desk desk = complete_desk();
  ASSERT_EQ(desk.signoff.approvals.size(), 5U);
  EXPECT_EQ(desk.verdict(), Verdict::pass);
}

TEST(Judge, NobodyHavingSignedIsUnknown) {
  const Desk desk(passing_report());
  EXPECT_EQ(desk.verdict(), Verdict::unknown);
  EXPECT_EQ(text_of(desk.judged(), "approvals"), "nobody has signed");
  EXPECT_EQ(text_of(desk.judged(), "qa"), "QA sign-off: open");
}

TEST(Judge, ASignOffOfAnotherReportFailsBeforeAnybodyHasSigned) {
  Desk desk(passing_report());
  EXPECT_EQ(text_of(desk.judged(), "digest"), "") << "nothing was signed, so nothing is shown";
  desk.signoff.report_sha256 = std::string(64, '0');
  EXPECT_EQ(verdict_named(desk.judged(), "digest"), Verdict::fail);
}

TEST(Judge, EachRoleThatIsOpenKeepsItUnknown) {
  for (const Role& missing : roles) {
    Desk desk(passing_report());
    for (const Role& role : roles) {
      if (role.id != missing.id) desk.approve(std::string(role.id));
    }
    EXPECT_EQ(desk.verdict(), Verdict::unknown) << missing.id;
    EXPECT_EQ(verdict_named(desk.judged(), std::string(missing.id)), Verdict::unknown);
  }
}

TEST(Judge, AChangedReportVoidsEveryApproval) {  // R6.8
  Desk desk = complete_desk();
  desk.sha256[0] = desk.sha256[0] == '0' ? '1' : '0';
  EXPECT_EQ(desk.verdict(), Verdict::fail);
  EXPECT_THAT(text_of(desk.judged(), "digest"), HasSubstr("every approval is void"));
}

TEST(Judge, ADigestThatIsPutRightByHandFitsNoSignature) {
  Desk desk = complete_desk();
  desk.sha256[0] = desk.sha256[0] == '0' ? '1' : '0';
  desk.signoff.report_sha256 = desk.sha256;
  EXPECT_EQ(verdict_named(desk.judged(), "digest"), Verdict::pass);
  EXPECT_EQ(verdict_named(desk.judged(), "approval 1"), Verdict::fail);
  EXPECT_EQ(desk.verdict(), Verdict::fail);
}

TEST(Judge, AVerdictThatIsNotTheReportsIsSeen) {
  Desk desk = complete_desk();
  desk.signoff.verdict = Verdict::fail;
  EXPECT_EQ(verdict_named(desk.judged(), "digest"), Verdict::fail);
}

TEST(Judge, ARemovedMovedOrRepeatedApprovalBreaksTheChain) {
  const Desk whole = complete_desk();
  for (std::size_t place = 0; place + 1 < roles.size(); ++place) {
    Desk desk = whole;
    desk.signoff.approvals.erase(desk.signoff.approvals.begin() + static_cast<long>(place));
    EXPECT_EQ(desk.verdict(), Verdict::fail) << "removed " << place;
    desk = whole;
    std::swap(desk.signoff.approvals[place], desk.signoff.approvals[place + 1]);
    EXPECT_EQ(desk.verdict(), Verdict::fail) << "moved " << place;
    desk = whole;
    desk.signoff.approvals.push_back(desk.signoff.approvals[place]);
    EXPECT_EQ(desk.verdict(), Verdict::fail) << "repeated " << place;
  }
  Desk desk = whole;
  desk.signoff.approvals.pop_back();
  EXPECT_EQ(desk.verdict(), Verdict::unknown) << "without the last one, a role is open";
}

TEST(Judge, EveryWordOfAnApprovalIsSigned) {
  Desk waived(failing_report());
  waived.approve("qa", both_waived);
  const Desk whole = waived;
  const std::vector<void (*)(Approval&)> changes = {
      [](Approval& one) { one.role = "rollback"; },
      [](Approval& one) { one.person = "R. Example"; },
      [](Approval& one) { one.at += 1; },
      [](Approval& one) { one.decision = Decision::reject; },
      [](Approval& one) { one.comment = "with pleasure"; },
      [](Approval& one) { one.waivers.pop_back(); },
      [](Approval& one) { one.waivers[0].row = "R6.5.p96"; },
      [](Approval& one) { one.waivers[0].reason = "none"; },
      [](Approval& one) { one.waivers[0].until += day; },
      [](Approval& one) { one.previous = std::string(64, 'a'); },
      [](Approval& one) { one.public_key = key_number(9).public_key(); },
      [](Approval& one) { one.signature[0] ^= 1; },
  };
  for (std::size_t i = 0; i < changes.size(); ++i) {
    Desk desk = whole;
    changes[i](desk.signoff.approvals[0]);
    EXPECT_EQ(verdict_named(desk.judged(), "approval 1"), Verdict::fail) << i;
    EXPECT_EQ(desk.verdict(), Verdict::fail) << i;
  }
}

TEST(Judge, WithoutATrustFileNobodyKnowsWhoseKeysTheseAre) {
  const Desk desk = complete_desk();
  Facts facts = desk.facts();
  facts.approvers = nullptr;
  EXPECT_EQ(verdict_of(judge(desk.signoff, facts)), Verdict::unknown);
  EXPECT_THAT(text_of(judge(desk.signoff, facts), "keys"),
              HasSubstr("nobody says whose keys these are"));
}

TEST(Judge, AKeyThatTheTrustFileDoesNotGiveThisRoleFails) {
  Desk desk = complete_desk();
  desk.approvers.list[1].role = "rollback";
  EXPECT_EQ(desk.verdict(), Verdict::fail);
  EXPECT_EQ(verdict_named(desk.judged(), "key 2"), Verdict::fail);
  desk = complete_desk();
  desk.approvers.list[1].person = "Somebody Else";
  EXPECT_EQ(verdict_named(desk.judged(), "key 2"), Verdict::fail);
  desk = complete_desk();
  desk.approvers.list[1].public_key = key_number(77).public_key();
  EXPECT_EQ(verdict_named(desk.judged(), "key 2"), Verdict::fail);
}

TEST(Judge, ARejectionFailsUntilTheRoleApproves) {
  Desk desk = complete_desk();
  desk.reject("qa");
  EXPECT_EQ(desk.verdict(), Verdict::fail);
  EXPECT_THAT(text_of(desk.judged(), "qa"), HasSubstr("rejected by Q. Example"));
  EXPECT_EQ(desk.approve("qa"), "");
  EXPECT_EQ(desk.verdict(), Verdict::pass);
}

TEST(Judge, TheSamePersonForTwoRolesIsOnePairOfEyes) {
  // Signed by a program without our rules: the judge must see it as well.
  Desk desk(passing_report());
  const Approvers trusted = [] {
    Approvers approvers = everybody();
    approvers.list.push_back({"rollback", person_of("qa"), key_number(2).public_key()});
    return approvers;
  }();
  desk.approvers = trusted;
  desk.approvers.people_min = 4;
  for (const char* role : {"tech_lead", "qa", "monitoring", "incident_response"}) {
    desk.approve(role);
  }
  Approval words = words_of("rollback", morning);
  words.person = person_of("qa");
  ASSERT_EQ(desk.say(words, key_of("qa")), "");
  EXPECT_EQ(desk.verdict(), Verdict::pass) << "the trust file says that four are enough";
  desk.approvers.people_min = 5;
  EXPECT_EQ(desk.verdict(), Verdict::fail);
  EXPECT_THAT(text_of(desk.judged(), "people"), HasSubstr("by 4 different people"));
}

TEST(Judge, AFailedReportNeedsAWaiverForEachRowThatDidNotPass) {
  Desk desk(failing_report());
  ASSERT_EQ(desk.approve("qa", both_waived), "");
  for (const Role& role : roles) {
    if (role.id == "qa") continue;
    ASSERT_EQ(desk.approve(std::string(role.id)), "");
  }
  EXPECT_EQ(desk.verdict(), Verdict::pass);
  EXPECT_THAT(text_of(desk.judged(), "waiver"),
              HasSubstr("R7.2 (unknown): waived until 2026-11-28T09:00:00Z: a drill is planned"));
}

TEST(Judge, AnExpiredWaiverVoidsTheSignOff) {
  Desk desk(failing_report());
  desk.approve("qa", both_waived);
  for (const Role& role : roles) {
    if (role.id != "qa") desk.approve(std::string(role.id));
  }
  desk.now = morning + day;
  EXPECT_EQ(desk.verdict(), Verdict::pass) << "the last second is good";
  desk.now += 1;
  EXPECT_EQ(desk.verdict(), Verdict::fail);
  EXPECT_THAT(text_of(desk.judged(), "tech_lead"),
              HasSubstr("void, the waiver of R7.2 expired at 2026-11-28T09:00:00Z"));
}

TEST(Judge, AnApprovalDoesNotRestOnAWaiverThatCameLater) {
  Desk desk(failing_report());
  desk.approve("qa", both_waived);
  desk.approve("tech_lead");
  desk.now = morning + 2 * day;
  std::vector<Waiver> renewed = {{"R6.5.p95", "still slow", desk.now + day},
                                 {"R7.2", "the drill is tomorrow", desk.now + day}};
  ASSERT_EQ(desk.approve("qa", renewed), "");
  EXPECT_EQ(verdict_named(desk.judged(), "qa"), Verdict::pass);
  EXPECT_EQ(verdict_named(desk.judged(), "tech_lead"), Verdict::fail)
      << "has not seen what qa waived today";
  ASSERT_EQ(desk.approve("tech_lead"), "");
  EXPECT_EQ(verdict_named(desk.judged(), "tech_lead"), Verdict::pass);
}

TEST(Judge, WhoeverTurnsToRejectingTakesTheirWaiversAlong) {
  Desk desk(failing_report());
  desk.approve("qa", both_waived);
  desk.approve("tech_lead");
  desk.reject("qa");
  EXPECT_THAT(text_of(desk.judged(), "tech_lead"), HasSubstr("nobody had waived"));
}

TEST(Judge, TimesThatCannotBeAreSeen) {
  Desk desk = complete_desk();
  desk.now = morning - clock_skew_max;
  EXPECT_EQ(desk.verdict(), Verdict::pass) << "clocks differ a little";
  desk.now -= 1;
  EXPECT_EQ(desk.verdict(), Verdict::fail);
  EXPECT_THAT(text_of(desk.judged(), "approval 1"), HasSubstr("a time that has not come"));
}

TEST(Judge, AReportThatClaimsMoreThanItShowsIsNoGround) {
  Desk desk = complete_desk();
  desk.report.criteria[0].verdict = Verdict::fail;
  EXPECT_EQ(verdict_named(desk.judged(), "report"), Verdict::fail);
  EXPECT_EQ(desk.verdict(), Verdict::fail);
}

}  // namespace
}  // namespace cutover::signoff
