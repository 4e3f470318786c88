#include "signoff/shown.h"

#include <gmock/gmock.h>

#include "reports/html/html_report.h"
#include "tests/signoff/desk.h"

namespace cutover::signoff {
namespace {

using testing::HasSubstr;

TEST(Shown, R6_6_EachRoleHasARowAndTheWholeComesFirst) {
  Desk desk(passing_report());
  desk.approve("qa");
  const auto rows = shown_approvals(desk.signoff, desk.facts());
  ASSERT_EQ(rows.size(), 1 + roles.size());
  EXPECT_THAT(rows[0].note, HasSubstr("not complete"));
  EXPECT_EQ(rows[1].note, "open");
  EXPECT_EQ(rows[1].person, "");
  EXPECT_THAT(rows[2].note, HasSubstr("approved by"));
  EXPECT_EQ(rows[2].digest, desk.sha256);
}

TEST(Shown, R6_6_ACompleteSignOffSaysSoOnTheReportsPage) {
  Desk desk(passing_report());
  desk.approve_all();
  reports::Report report = passing_report();
  report.approvals = shown_approvals(desk.signoff, desk.facts());
  EXPECT_THAT(report.approvals[0].note, HasSubstr("complete: everybody"));
  EXPECT_THAT(reports::to_html(report), HasSubstr("complete: everybody"));
}

TEST(Shown, R6_8_OfAChangedReportEveryApprovalIsVoid) {
  Desk desk(passing_report());
  desk.approve_all();
  desk.sha256[0] = desk.sha256[0] == '0' ? '1' : '0';
  const auto rows = shown_approvals(desk.signoff, desk.facts());
  EXPECT_THAT(rows[0].note, HasSubstr("not valid"));
  for (std::size_t index = 1; index < rows.size(); ++index) {
    EXPECT_EQ(rows[index].note, "void");
    EXPECT_EQ(rows[index].person, "");
  }
}

}  // namespace
}  // namespace cutover::signoff
