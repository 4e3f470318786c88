#include "reports/postmortem.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/reports/sample_report.h"

namespace cutover::reports {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

Report failed_report() {
  Report report = honest_report();
  report.verdict = Verdict::fail;
  report.headline = "Not met: API p95.";
  report.criteria[0].verdict = Verdict::fail;
  report.criteria[0].measured = 612.0;
  return report;
}

TEST(Postmortem, TellsWhatFailedWhenWithWhatEvidenceAndHowToSeeItAgain_R7_4) {
  const std::string text = to_postmortem(failed_report());
  EXPECT_THAT(text, StartsWith("# Post-mortem: FAIL on 2025-11-23T20:26:00Z\n"));
  EXPECT_THAT(text, HasSubstr("- **FAIL** criterion R6.5.p95 API p95: 612 ms, limit &lt; 500 "
                              "`cutover load`"));
  EXPECT_THAT(text, HasSubstr("| `isbn_malformed` | 2 keys |"));
  EXPECT_THAT(text, HasSubstr("| smoke test | PASS | 12.2 ms | 1.5 s | 3 calls |"));
  EXPECT_THAT(text, HasSubstr("| 1.3 s | d1 | does not answer |"));
  EXPECT_THAT(text, HasSubstr("## What held\n\n- KV hit rate: 93 %, limit &gt; 80"));
  EXPECT_THAT(text, HasSubstr("```sh\ncutover verify --dump google-7k.ndjson.gz"));
  EXPECT_THAT(text, HasSubstr("- The real provider's quota"));
}

TEST(Postmortem, DoesNotSayThatWhatFailedHeld) {
  const std::string text = to_postmortem(failed_report());
  const std::string held = text.substr(text.find("## What held"));
  EXPECT_THAT(held, Not(HasSubstr("API p95: 612")));
}

TEST(Postmortem, LeavesBlanksForPeopleAndMarksThem) {
  const std::string text = to_postmortem(failed_report());
  for (const char* question :
       {"The cause, and why it was not found earlier.", "Each with what it would have changed.",
        "Who noticed", "Who wrote this"}) {
    EXPECT_THAT(text, HasSubstr(std::string(postmortem_blank) + " " + question));
  }
}

TEST(Postmortem, OfAnEmptyReportClaimsNothing) {
  const std::string text = to_postmortem(Report{});
  EXPECT_THAT(text, StartsWith("# Post-mortem: UNKNOWN on an unknown date"));
  EXPECT_THAT(text, HasSubstr("Nothing that this run can show."));
  EXPECT_THAT(text, HasSubstr("No command was given."));
}

TEST(Postmortem, IsHarmlessWhateverTheDataSays) {
  for (const std::string& text : hostile_texts()) {
    Report report = report_of(text);
    report.reproduce.clear();  // it stands in a block of code, where < is no mark
    const std::string document = to_postmortem(report);
    EXPECT_TRUE(is_utf8(document)) << text;
    EXPECT_THAT(document, Not(HasSubstr("<script"))) << text;
  }
}

}  // namespace
}  // namespace cutover::reports
