// The acceptance run as a whole, on a small dump.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>

#include "acceptance/acceptance.h"
#include "tests/adapters/sqlite/temporary_directory.h"

namespace cutover::acceptance {
namespace {

using reports::Verdict;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::Field;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class Silent final : public scenarios::ProgressSink {
 public:
  void step_began(std::string_view name) override {
    if (name == stop_at) stop = true;
  }
  void went_on(std::int64_t, std::int64_t) override {}
  void step_ended(const reports::Step&) override {}
  [[nodiscard]] bool interrupted() const override { return stop; }

  std::string stop_at;
  bool stop = false;
};

std::string isbn(int number) {
  std::string digits = "978" + std::to_string(100'000'000 + number);
  int sum = 0;
  for (std::size_t i = 0; i < digits.size(); ++i) sum += (digits[i] - '0') * (i % 2 == 0 ? 1 : 3);
  return digits + static_cast<char>('0' + (10 - sum % 10) % 10);
}

class Accept : public ::testing::Test {
 protected:
  Accept() {
    options.rehearsal.dump = folder.file("dump.ndjson");
    options.rehearsal.out_directory = folder.file("");
    options.rehearsal.interrupted_runs = 1;
    write_dump(30);
    options.profile.name = "tiny";
    options.profile.storms = {{"migration", 4}, {"live", 1}};
    options.profile.single_keys = 3;
    options.no_tests = "the test suite was not run with this build";
  }

  void write_dump(int books) {
    std::ofstream dump(options.rehearsal.dump);
    for (int i = 0; i < books; ++i) {
      dump << R"({"key":"book:isbn:)" << isbn(i) << R"(","value":"{\"title\":\"T)" << i
           << R"(\",\"authors\":[\"A\"]}"})"
           << "\n";
    }
  }

  reports::Report accept() {
    auto report = acceptance::accept(options, silent);
    EXPECT_TRUE(report) << report.error();
    return report ? std::move(*report) : reports::Report();
  }

  const reports::Requirement* row(const reports::Report& report, std::string_view id) {
    const auto found = std::find_if(report.requirements.begin(), report.requirements.end(),
                                    [&](const auto& one) { return one.id == id; });
    return found == report.requirements.end() ? nullptr : &*found;
  }

  TemporaryDirectory folder;
  AcceptanceOptions options;
  Silent silent;
};

TEST_F(Accept, R6_7_AReportHoldsStormsFaultsAndSeedsBesideTheRehearsal) {
  const reports::Report report = accept();
  EXPECT_EQ(report.profile, "tiny");
  for (const reports::Step& step : report.steps) {
    EXPECT_EQ(step.verdict, Verdict::pass) << step.name << ": " << step.what_happened;
  }
  EXPECT_EQ(report.verdict, Verdict::pass) << report.headline;
  ASSERT_NE(row(report, "R8.5"), nullptr);
  EXPECT_EQ(row(report, "R8.5")->verdict, Verdict::pass);
  ASSERT_NE(row(report, "R0.2"), nullptr);
  EXPECT_EQ(row(report, "R0.2")->verdict, Verdict::pass);
  EXPECT_THAT(report.seeds, Not(IsEmpty()));
  EXPECT_THAT(report.worst_run.moments, Not(IsEmpty()));
  EXPECT_THAT(report.tables, Contains(Field(&reports::Table::id, "storms")));
  EXPECT_THAT(report.charts, Contains(Field(&reports::Chart::id, "single_faults")));
  EXPECT_GT(report.coverage.at("d1.batch"), 0U);
  EXPECT_THAT(reports::contradictions(report), IsEmpty());
}

TEST_F(Accept, WithoutTheTestSuitesWordAQuickRunSaysWhatItDidNotLookAt) {
  const reports::Report report = accept();
  EXPECT_EQ(row(report, "R1.7"), nullptr);
  EXPECT_THAT(report.not_covered,
              Contains(AllOf(HasSubstr("R1.7"), HasSubstr("was not run with this build"))));
}

TEST_F(Accept, WhereEveryRequirementIsAskedForAMissingOneIsUnknownAndNoPass) {
  options.profile.needs_tests = true;
  const reports::Report report = accept();
  ASSERT_NE(row(report, "R1.7"), nullptr);
  EXPECT_EQ(row(report, "R1.7")->verdict, Verdict::unknown);
  EXPECT_EQ(report.verdict, Verdict::unknown);
}

TEST_F(Accept, AFailedTestFailsItsRequirementAndTheRun) {
  options.no_tests.clear();
  options.tests = folder.file("tests.xml");
  std::ofstream(options.tests) << R"(<testsuite timestamp="2026-01-02T03:04:05">
<testcase name="A.R1_7_Configuration" status="fail"><failure/></testcase>
<testcase name="A.R1_8_Document" status="run"/></testsuite>)";
  const reports::Report report = accept();
  EXPECT_EQ(row(report, "R1.7")->verdict, Verdict::fail);
  EXPECT_EQ(row(report, "R1.8")->verdict, Verdict::pass);
  EXPECT_EQ(report.verdict, Verdict::fail);
}

TEST_F(Accept, R4_1_TooFewLinesThatTestsRunFailTheRun) {
  options.profile.storms.clear();
  options.coverage = folder.file("coverage.json");
  const auto with = [&](int of_migrate) {
    std::ofstream(options.coverage)
        << R"({"files":[{"filename":"core/store/a.cpp","line_total":100,"line_covered":95},)"
        << R"({"filename":"core/books/a.cpp","line_total":100,"line_covered":95},)"
        << R"({"filename":"core/migrate/a.cpp","line_total":100,"line_covered":)" << of_migrate
        << "}]}";
    return accept();
  };
  const reports::Report enough = with(90);
  EXPECT_EQ(row(enough, "R4.1")->verdict, Verdict::pass);
  EXPECT_THAT(row(enough, "R4.1")->evidence.front().what, HasSubstr("core/migrate/ 90.0 %"));
  const reports::Report too_few = with(89);
  EXPECT_EQ(row(too_few, "R4.1")->verdict, Verdict::fail);
  EXPECT_EQ(too_few.verdict, Verdict::fail);
}

TEST_F(Accept, R6_6_DrillsAnswerTheChecklistAndWhatNobodyShowedStaysUnknown) {
  write_dump(250);  // fewer are no rehearsal of the phases
  options.profile.drills = true;
  options.profile.storms.clear();
  const reports::Report report = accept();
  const auto item = [&](std::string_view words) {
    const auto found =
        std::find_if(report.checklist.begin(), report.checklist.end(),
                     [&](const reports::ChecklistItem& one) { return one.item == words; });
    EXPECT_NE(found, report.checklist.end()) << words;
    return found == report.checklist.end() ? reports::ChecklistItem() : *found;
  };
  EXPECT_EQ(item("Rollback procedure tested").verdict, Verdict::pass);
  EXPECT_THAT(item("Rollback procedure tested").evidence, Not(IsEmpty()));
  EXPECT_EQ(item("Runbook documented").verdict, Verdict::unknown);
  EXPECT_THAT(item("Runbook documented").evidence, HasSubstr("R5.9"));
}

TEST_F(Accept, TheSameRunGivesTheSameSeedsAndDigests) {
  const auto first = accept().seeds;
  EXPECT_EQ(first, accept().seeds);
}

TEST_F(Accept, AnInterruptedRunIsUnknownAndSaysSo) {
  silent.stop_at = "storms: migration";
  const reports::Report report = accept();
  EXPECT_EQ(report.verdict, Verdict::unknown);
  EXPECT_THAT(report.headline, HasSubstr("interrupted"));
}

TEST_F(Accept, R8_7_DefectsWithoutTheirProbesAreUnknown) {
  options.profile.storms.clear();
  options.profile.defects = true;
  options.defects = std::string(CUTOVER_SOURCE_DIR) + "/chaos/defects";
  options.probes = folder.file("nothing-here");
  const reports::Report report = accept();
  EXPECT_THAT(
      report.steps,
      Contains(AllOf(Field(&reports::Step::name, "planted defects"),
                     Field(&reports::Step::verdict, Verdict::unknown),
                     Field(&reports::Step::what_happened, HasSubstr("./cutover build defects")))));
}

}  // namespace
}  // namespace cutover::acceptance
