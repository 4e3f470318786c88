// What the test suite's results say of requirements.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "acceptance/test_results.h"
#include "tests/adapters/sqlite/temporary_directory.h"

namespace cutover::acceptance {
namespace {

using ::testing::HasSubstr;

class TestResultsFile : public ::testing::Test {
 protected:
  tl::expected<TestResults, std::string> read(const std::string& text) {
    const std::string path = folder_.file("tests.xml");
    std::ofstream(path, std::ios::binary) << text;
    return read_test_results(path);
  }

 private:
  TemporaryDirectory folder_;
};

TEST_F(TestResultsFile, KnowsPassedFailedAndSkippedTests) {
  const auto results = read(
      R"(<?xml version="1.0"?><testsuite name="x" timestamp="2026-01-02T03:04:05">
<testcase name="A.One" status="run"><system-out/></testcase>
<testcase name="A.Two" status="fail"><failure message=""/></testcase>
<testcase name="A.Three" status="notrun"><skipped message="SKIP"/></testcase>
<testcase name="A.Four" status="disabled"/>
</testsuite>)");
  ASSERT_TRUE(results) << results.error();
  EXPECT_EQ(results->finished, "2026-01-02T03:04:05");
  ASSERT_EQ(results->tests.size(), 4U);
  EXPECT_EQ(results->tests[0].end, TestEnd::passed);
  EXPECT_EQ(results->tests[1].end, TestEnd::failed);
  EXPECT_EQ(results->tests[2].end, TestEnd::skipped);
  EXPECT_EQ(results->tests[3].end, TestEnd::skipped);
}

TEST_F(TestResultsFile, AFileThatShowsNothingIsAnErrorThatNamesIt) {
  for (const char* text : {"", "no xml", "<testsuite/>", "<testsuite><testcase", "<other/>"}) {
    const auto results = read(text);
    ASSERT_FALSE(results) << text;
    EXPECT_THAT(results.error(), HasSubstr("tests.xml")) << text;
  }
  EXPECT_THAT(read_test_results("/nowhere/tests.xml").error(), HasSubstr("/nowhere/tests.xml"));
}

TEST(Shows, AnIdInATestsNameAndNoLongerOne) {
  EXPECT_TRUE(shows("core/migrate: Migrator.R2_4_UpsertsAgain", "R2.4", ""));
  EXPECT_TRUE(shows("Fidelity.R2_4", "R2.4", ""));
  EXPECT_FALSE(shows("core/store: Schema.R2_41_Something", "R2.4", ""));
  EXPECT_TRUE(shows("A.R2_41_AndR2_4_Too", "R2.4", ""));
  EXPECT_FALSE(shows("A.Something", "R2.4", ""));
}

TEST(Shows, OneOfTheListedPartsOfNames) {
  EXPECT_TRUE(shows("chaos: Explore.EveryFault", "R8.5", "KillPoints.|Explore."));
  EXPECT_TRUE(shows("commands: shards add up", "R8.9", "Campaign.|commands: shards"));
  EXPECT_FALSE(shows("chaos: Explored.EveryFault", "R8.5", "KillPoints.|Explore."));
  EXPECT_FALSE(shows("anything", "R8.5", ""));
}

}  // namespace
}  // namespace cutover::acceptance
