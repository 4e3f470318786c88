#include "reports/history.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/reports/sample_report.h"

namespace cutover::reports {
namespace {

TEST(PastRun, KeepsTheVerdictAndTheFigures) {
  const PastRun run = past_run(honest_report(), "abc");
  EXPECT_EQ(run.started, "2025-11-23T20:26:00Z");
  EXPECT_EQ(run.verdict, Verdict::pass);
  EXPECT_EQ(run.digest, "abc");
  ASSERT_EQ(run.figures.size(), 2U) << "9 of 9 is no number";
  EXPECT_EQ(run.figures[0], (Figure{"API p95", 41.5, "ms"}));
}

TEST(PastRun, DoesNotBelieveAReportThatContradictsItself) {
  Report report = honest_report();
  report.listed = 8;
  EXPECT_EQ(past_run(report, "").verdict, Verdict::fail);
}

TEST(AddPastRuns, PutsTheLatestFirstAndKeepsEachOnce) {
  Report report = honest_report();
  const PastRun kept = report.history[0];
  add_past_runs(report, {{"2025-11-21T00:00:00Z", Verdict::pass, "", "a", {}},
                         kept,
                         {"2025-11-23T00:00:00Z", Verdict::pass, "", "b", {}}});
  ASSERT_EQ(report.history.size(), 3U);
  EXPECT_EQ(report.history[0].digest, "b");
  EXPECT_EQ(report.history[1], kept);
  EXPECT_EQ(report.history[2].digest, "a");
}

TEST(AddPastRuns, KeepsNoMoreThanItsBound) {
  Report report = honest_report();
  std::vector<PastRun> runs;
  for (int day = 10; day < 60; ++day) {
    runs.push_back({"20" + std::to_string(day), Verdict::pass, "", "", {}});
  }
  add_past_runs(report, runs);
  EXPECT_EQ(report.history.size(), history_max);
  EXPECT_EQ(report.history[0].started, "2059");
}

}  // namespace
}  // namespace cutover::reports
