// The two example Workers under the acceptance run: the plan's code fails, the corrected passes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <sstream>

#include "adapters/workerd/workerd_process.h"
#include "worker/acceptance.h"

namespace cutover::worker {
namespace {

const std::string source = CUTOVER_SOURCE_DIR;

TEST(WorkerChecks, HaveNamesOfTheirOwnAndDefectsThatTheCatalogueKnows) {
  std::set<std::string> names;
  for (const Check& check : all_checks()) {
    EXPECT_TRUE(names.insert(std::string(check.name)).second) << check.name;
    std::istringstream defects{std::string(check.defects)};
    std::string defect;
    while (defects >> defect) {
      EXPECT_THAT(defect, testing::MatchesRegex("[A-Z][0-9][0-9]")) << check.name;
    }
  }
}

// workerd, or the reason why there is none.
class ExampleWorkers : public testing::Test {
 protected:
  void SetUp() override {
    const auto found = workerd::WorkerdProcess::find(source + "/tests/conformance/node_modules");
    if (!found) GTEST_SKIP() << found.error();
    program = *found;
  }
  tl::expected<reports::Report, std::string> judge(const std::string& name) {
    AcceptanceOptions options;
    options.folder = source + "/examples/" + name;
    options.workerd = program;
    return accept_worker(options);
  }
  static std::string failures(const reports::Report& report) {
    std::string text;
    for (const reports::Criterion& one : report.criteria) {
      if (one.verdict == reports::Verdict::pass) continue;
      text += one.name + ": " + std::get<std::string>(one.measured) + "\n";
    }
    return text;
  }
  std::string program;
};

TEST_F(ExampleWorkers, R8_10_ThePlansCodeFailsAndItsDefectsAreNamed) {
  const auto report = judge("worker-as-planned");
  ASSERT_TRUE(report.has_value()) << report.error();
  EXPECT_EQ(report->verdict, reports::Verdict::fail);
  const auto defects = defects_named(*report);
  for (const char* sure :
       {"F01", "F04", "K01", "K02", "K08", "K09", "K10", "M01", "M06", "M13", "R01", "R02",
        "R05", "R08", "R12", "T01", "T07", "T08", "T09", "T15", "U01", "W01", "W05"}) {
    EXPECT_THAT(defects, testing::Contains(sure));
  }
}

TEST_F(ExampleWorkers, R8_10_TheCorrectedOnePasses) {
  const auto report = judge("worker-corrected");
  ASSERT_TRUE(report.has_value()) << report.error();
  EXPECT_EQ(report->verdict, reports::Verdict::pass) << failures(*report);
  EXPECT_EQ(report->criteria.size(), all_checks().size());
}

}  // namespace
}  // namespace cutover::worker
