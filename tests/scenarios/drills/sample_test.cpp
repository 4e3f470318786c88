// The acceptance run with the phases and the drills, on the dump that ships with the project.
#include <gtest/gtest.h>

#include <cstdio>
#include <set>

#include "scenarios/verify.h"
#include "tests/adapters/sqlite/temporary_directory.h"
#include "tests/scenarios/runs/quiet_progress.h"

namespace cutover::scenarios {
namespace {

TEST(SampleDrills, R6_6_R6_7_TheWholeRunPassesAndItsReportHoldsEveryTable) {
  const TemporaryDirectory directory;
  VerifyOptions options;
  options.dump = CUTOVER_SOURCE_DIR "/samples/google-7k.ndjson.gz";
  options.out_directory = directory.file("");
  options.started = "2025-11-24T16:00:00Z";
  options.tool_version = "test";
  options.command = "cutover verify";
  options.interrupted_runs = 1;
  options.drills = true;
  QuietProgress progress;
  const auto report = verify(options, progress);
  ASSERT_TRUE(report.has_value()) << report.error();
  for (const reports::Step& step : report->steps) {
    std::printf("%-32s %6.0f ms  %s\n", step.name.c_str(), step.real_ms.value_or(0),
                step.what_happened.c_str());
    EXPECT_EQ(step.verdict, reports::Verdict::pass) << step.name << ": " << step.what_happened;
  }
  std::set<std::string> tables;
  for (const reports::Table& table : report->tables) {
    tables.insert(table.id);
    for (const reports::TableRow& row : table.rows) {
      std::string text;
      for (const std::string& cell : row.cells) text += cell + " | ";
      EXPECT_EQ(row.cells.size(), table.columns.size()) << table.id << ": " << text;
      EXPECT_NE(row.verdict, reports::Verdict::fail) << table.id << ": " << text;
    }
  }
  for (const char* id : {"phases", "suites", "contract", "rollout", "estimate", "retention",
                         "risks", "rollbacks", "criteria", "outages", "breaker", "provocations"}) {
    EXPECT_TRUE(tables.contains(id)) << id;
  }
  for (const reports::Criterion& criterion : report->criteria) {
    EXPECT_EQ(criterion.verdict, reports::Verdict::pass) << criterion.id;
  }
  EXPECT_EQ(report->checklist.size(), 15U);
  EXPECT_EQ(report->approvals.size(), 5U);
  EXPECT_TRUE(reports::contradictions(*report).empty());
  EXPECT_EQ(report->verdict, reports::Verdict::pass) << report->headline;
}

}  // namespace
}  // namespace cutover::scenarios
