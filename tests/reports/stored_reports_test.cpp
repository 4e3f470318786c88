// Stored report.json files, kept as they were: one that version 1 of the program wrote, and one
// that has everything that version 2 began with.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "reports/json_report.h"
#include "tests/reports/schema_checker.h"

namespace cutover::reports {
namespace {

std::string stored_report(const char* name = "version_1.json") {
  std::ifstream file(std::string(CUTOVER_SOURCE_DIR "/tests/reports/") + name, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

TEST(ReportOfVersion1, Opens) {
  const ReadReport read = from_json(stored_report());
  ASSERT_TRUE(read.report) << read.error;
  EXPECT_EQ(read.report->verdict, Verdict::pass);
  EXPECT_EQ(read.report->listed, 6810U);
  EXPECT_EQ(read.report->requirements.size(), 28U);
  EXPECT_EQ(read.report->criteria.at(2).id, "completeness");
  EXPECT_EQ(read.report->criteria.at(2).limit, std::nullopt);
  EXPECT_TRUE(read.report->charts.empty());
  EXPECT_EQ(conclude(*read.report), Verdict::pass);
}

TEST(ReportOfVersion1, IsWrittenAsVersion2) {
  const ReadReport read = from_json(stored_report());
  ASSERT_TRUE(read.report) << read.error;
  const std::string json = to_json(*read.report);
  EXPECT_THAT(json, testing::StartsWith("{\n  \"schema_version\": 2,"));
  EXPECT_EQ(schema_complaints(json), "");
}

TEST(ReportOfVersion2, IsReadAndWrittenByteForByteTheSame_R6_8) {
  const std::string json = stored_report("version_2.json");
  const ReadReport read = from_json(json);
  ASSERT_TRUE(read.report) << read.error;
  EXPECT_EQ(to_json(*read.report), json);
  EXPECT_EQ(schema_complaints(json), "");
  EXPECT_EQ(read.report->verdict, conclude(*read.report));
  EXPECT_TRUE(contradictions(*read.report).empty());
  EXPECT_TRUE(read.report->files.empty()) << "they came later";
}

}  // namespace
}  // namespace cutover::reports
