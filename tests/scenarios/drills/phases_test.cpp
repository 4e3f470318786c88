// The plan's four phases, rehearsed on generated books.
#include "scenarios/phases/phases.h"

#include <gtest/gtest.h>

#include <set>

#include "scenarios/generate.h"
#include "scenarios/phases/checklist.h"
#include "scenarios/phases/phases_evidence.h"

namespace cutover::scenarios {
namespace {

PhasesOptions small() {
  PhasesOptions options;
  options.sources = DumpGenerator({7, options.start.seconds(), 20, 0}).records(800);
  options.monitoring = std::chrono::hours(2);
  return options;
}

const PhasesResult& rehearsed() {
  static const PhasesResult result = rehearse_phases(small());
  return result;
}

TEST(Phases, R5_1_EveryStepOfTheFourPhasesPassesItsCheck) {
  std::set<std::string> phases;
  for (const PhaseStep& step : rehearsed().steps) {
    phases.insert(step.phase);
    EXPECT_TRUE(step.passed) << step.phase << ", " << step.step << ": " << step.expected
                             << "; seen: " << step.seen;
  }
  EXPECT_EQ(phases, (std::set<std::string>{"staging", "migration", "cutover", "monitoring"}));
}

TEST(Phases, R6_4_BothSuitesPassAtEveryPhase) {
  std::set<std::string> when;
  for (const SuiteCase& each : rehearsed().suites) {
    when.insert(each.when);
    EXPECT_TRUE(each.passed) << each.when << ": " << each.suite << ": " << each.name
                             << "\n  expected " << each.expected << "\n  seen     " << each.seen;
  }
  EXPECT_EQ(when.size(), 14U);
}

TEST(Phases, R4_5_EveryAnswerHasTheSameShapeAtEveryPhaseWithTheFlagOffAndOn) {
  for (const ShapeRow& row : rehearsed().shapes) {
    EXPECT_TRUE(row.same()) << row.when << ": " << row.probe << "\n  first " << row.expected
                            << "\n  now   " << row.seen;
  }
  EXPECT_GT(rehearsed().shapes.size(), 200U);
}

TEST(Phases, R5_3_TheRolloutGrowsStepByStepAndNobodyGoesBack) {
  int before = 0;
  std::int64_t reading = 0;
  for (const RolloutStep& step : rehearsed().rollout) {
    EXPECT_GT(step.percent, before);
    EXPECT_GT(step.reading_d1, reading);
    EXPECT_TRUE(step.agree && step.grows) << step.percent;
    before = step.percent;
    reading = step.reading_d1;
  }
  EXPECT_EQ(reading, rehearsed().rollout.back().sampled);
}

TEST(Phases, R6_5_EveryThresholdIsMetAndEveryFigureWasMeasured) {
  EXPECT_EQ(rehearsed().thresholds.size(), 9U);
  for (const ThresholdRow& row : rehearsed().thresholds) {
    EXPECT_TRUE(row.met()) << row.id << " " << row.measured.value_or(-1);
  }
  EXPECT_EQ(rehearsed().post_checks.size(), 6U);
  for (const PhaseStep& row : rehearsed().post_checks)
    EXPECT_TRUE(row.passed) << row.step << row.seen;
}

TEST(Phases, R7_6_NothingRemovesKvsBooksAndACleanUpWaitsThirtyDays) {
  EXPECT_EQ(rehearsed().retention.size(), 5U);
  for (const PhaseStep& row : rehearsed().retention) {
    EXPECT_TRUE(row.passed) << row.step << ": " << row.seen;
  }
}

TEST(Phases, R6_6_TheChecklistHasNineChecksBeforeSixAfterAndFiveOpenApprovals) {
  const auto items = checklist(checked_by(rehearsed()), rehearsed());
  std::size_t before = 0;
  for (const auto& item : items) before += item.phase == reports::ChecklistPhase::before ? 1 : 0;
  EXPECT_EQ(before, 9U);
  EXPECT_EQ(items.size() - before, 6U);
  EXPECT_EQ(items[0].verdict, reports::Verdict::pass) << items[0].evidence;
  EXPECT_EQ(items[1].verdict, reports::Verdict::unknown) << "nobody said anything of unit tests";
  for (const auto& item : items) {
    EXPECT_NE(item.verdict, reports::Verdict::fail) << item.item << ": " << item.evidence;
  }
  EXPECT_EQ(open_approvals().size(), 5U);
  for (const auto& approval : open_approvals()) EXPECT_EQ(approval.person, "");
}

TEST(Phases, R6_6_EachRowOfTheChecklistFailsByItself) {
  const auto red = [](const PreChecks& checks, const PhasesResult& phases) {
    std::vector<std::string> names;
    for (const auto& item : checklist(checks, phases)) {
      if (item.verdict == reports::Verdict::fail) names.push_back(item.item);
    }
    return names;
  };
  const std::vector<CheckFinding PreChecks::*> all = {
      &PreChecks::staging,    &PreChecks::unit_tests, &PreChecks::integration,
      &PreChecks::load,       &PreChecks::integrity,  &PreChecks::rollback,
      &PreChecks::dashboards, &PreChecks::agent,      &PreChecks::runbook};
  std::set<std::string> seen;
  for (const auto check : all) {
    PreChecks checks = checked_by(rehearsed());
    (checks.*check) = {false, "made to fail"};
    const auto names = red(checks, rehearsed());
    ASSERT_EQ(names.size(), 1U);
    seen.insert(names[0]);
  }
  for (std::size_t i = 0; i < rehearsed().post_checks.size(); ++i) {
    PhasesResult phases = rehearsed();
    phases.post_checks[i].passed = false;
    const auto names = red(checked_by(phases), phases);
    ASSERT_EQ(names.size(), 1U);
    seen.insert(names[0]);
  }
  EXPECT_EQ(seen.size(), 15U);
  // A step that fails in the rehearsal is found in the check that it belongs to, and in no other.
  for (std::size_t i = 0; i < rehearsed().steps.size(); ++i) {
    const std::string& phase = rehearsed().steps[i].phase;
    if (phase != "staging" && phase != "migration") continue;
    if (rehearsed().steps[i].step.find("suites") != std::string::npos) continue;
    PhasesResult phases = rehearsed();
    phases.steps[i].passed = false;
    EXPECT_EQ(red(checked_by(phases), phases).size(), 1U) << phases.steps[i].step;
  }
}

TEST(Phases, R6_7_TheEvidenceClaimsNoMoreThanItsRowsShow) {
  for (const auto& table : phase_tables(rehearsed())) {
    EXPECT_FALSE(table.rows.empty()) << table.id;
    for (const auto& row : table.rows)
      EXPECT_EQ(row.cells.size(), table.columns.size()) << table.id;
  }
  for (const auto& chart : phase_charts(rehearsed())) {
    for (const auto& series : chart.series) EXPECT_FALSE(series.points.empty()) << chart.id;
  }
  for (const auto& criterion : phase_criteria(rehearsed())) {
    EXPECT_EQ(criterion.verdict, reports::Verdict::pass) << criterion.id;
    EXPECT_FALSE(is_worse(reports::shown_by(criterion), criterion.verdict)) << criterion.id;
  }
}

}  // namespace
}  // namespace cutover::scenarios
