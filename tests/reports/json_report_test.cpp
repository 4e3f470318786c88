#include "reports/json_report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <nlohmann/json.hpp>

#include "tests/reports/sample_report.h"
#include "tests/reports/schema_checker.h"

namespace cutover::reports {
namespace {

using testing::HasSubstr;
using testing::StartsWith;
using Json = nlohmann::ordered_json;
using Pointer = Json::json_pointer;

TEST(JsonReport, ReadsBackToTheSameReport) {
  const Report report = honest_report();
  const ReadReport read = from_json(to_json(report));
  ASSERT_EQ(read.error, "");
  ASSERT_TRUE(read.report);
  EXPECT_EQ(*read.report, report);
}

TEST(JsonReport, IsTheSameTextAfterARoundTripOfHostileTexts) {
  for (const std::string& text : hostile_texts()) {
    const std::string json = to_json(report_of(text));
    const ReadReport read = from_json(json);
    ASSERT_TRUE(read.report) << text << ": " << read.error;
    EXPECT_EQ(to_json(*read.report), json) << text;
    EXPECT_TRUE(is_utf8(json)) << text;
  }
}

TEST(JsonReport, IsTheSameTextWhenReadAndWrittenAgain_R6_8) {
  Report report = honest_report();
  report.criteria[0].measured = -0.1;
  report.charts[0].series[0].points.assign(5000, {1e-7, 1e300});
  report.history.assign(30, report.history[0]);
  const std::string json = to_json(report);
  EXPECT_EQ(to_json(report), json);
  const ReadReport read = from_json(json);
  ASSERT_TRUE(read.report) << read.error;
  EXPECT_EQ(to_json(*read.report), json);
  EXPECT_EQ(read.report->history.size(), history_max);
}

TEST(JsonReport, IsValidForAnyBytes) {
  for (unsigned number = 0; number < 300; ++number) {
    const std::string json = to_json(report_of(noise(number)));
    ASSERT_TRUE(from_json(json).report) << number;
  }
}

TEST(JsonReport, HasTheShapeThatTheDesignPromises) {
  const Json json = Json::parse(to_json(honest_report()));
  EXPECT_EQ(json["schema_version"], 2);
  EXPECT_EQ(json["verdict"], "pass");
  EXPECT_EQ(json["seed"], 18446744073709551615u);
  EXPECT_EQ(json["fates"]["inserted"], 5);
  EXPECT_EQ(json["fates"]["rejected"], 2);
  EXPECT_EQ(json["requirements"][0]["id"], "R2.4");
  EXPECT_EQ(json["criteria"][0]["measured"], 41.5);
  EXPECT_EQ(json["criteria"][1]["measured"].dump(), "93");
  EXPECT_EQ(json["criteria"][2]["measured"], "9 of 9");
  EXPECT_EQ(json["coverage"]["kv.list"], 0);
  EXPECT_EQ(json["files"][0]["name"], "left-out-keys.csv");
  EXPECT_EQ(json["files"][0]["rows"], 3);
  EXPECT_EQ(json.begin().key(), "schema_version");
}

TEST(JsonReport, WritesOnlyTheLastPartOfAPath) {
  Report report = honest_report();
  report.inputs[0].path = "/home/someone/private/dump.gz";
  report.files[0].name = "/home/someone/private/left-out-keys.csv";
  EXPECT_THAT(to_json(report), Not(HasSubstr("someone")));
  EXPECT_EQ(Json::parse(to_json(report))["inputs"][0]["path"], "dump.gz");
}

TEST(JsonReport, AddsUpFatesWhoseNamesBecomeEqual) {
  Report report = honest_report();
  report.fates = {{"x\xff", 3, "first"}, {"x\xfe", 4, "second"}};
  const Json json = Json::parse(to_json(report));
  ASSERT_EQ(json["fates"].size(), 1u);
  EXPECT_EQ(json["fates"].front(), 7);
}

TEST(JsonReport, WritesAFigureThatIsNoNumberAsNotMeasured) {
  Report report = honest_report();
  report.criteria[0].measured = std::numeric_limits<double>::infinity();
  report.steps[0].real_ms = std::numeric_limits<double>::quiet_NaN();
  const Json json = Json::parse(to_json(report));
  EXPECT_TRUE(json["criteria"][0]["measured"].is_null());
  EXPECT_TRUE(json["steps"][0]["real_ms"].is_null());
  EXPECT_EQ(schema_complaints(to_json(report)), "");
}

TEST(JsonReport, LeavesOutExamplesBeyondTheLimit) {
  Report report = honest_report();
  report.rejections[0].examples.resize(50);
  EXPECT_EQ(Json::parse(to_json(report))["rejections"][0]["examples"].size(),
            findings_examples_max);
}

TEST(ReportSchema, AcceptsWhatIsProduced) {
  EXPECT_EQ(schema_complaints(to_json(honest_report())), "");
  Report empty;
  empty.started = "2025-11-23T20:26:00.5+01:00";
  EXPECT_EQ(schema_complaints(to_json(empty)), "");
}

TEST(ReportSchema, RefusesFieldsThatItDoesNotKnowAndTheReaderIgnoresThem) {
  Json json = Json::parse(to_json(honest_report()));
  json["criteria"][0]["colour"] = "red";
  json["weather"] = {{"rain", true}};
  EXPECT_NE(schema_complaints(json.dump()), "");
  const ReadReport read = from_json(json.dump());
  ASSERT_TRUE(read.report) << read.error;
  EXPECT_EQ(*read.report, honest_report());
}

TEST(ReportSchema, RefusesWrongDigestsTimesAndPaths) {
  const auto refused = [](const char* pointer, const char* value) {
    Json json = Json::parse(to_json(honest_report()));
    json[Pointer(pointer)] = value;
    return !schema_complaints(json.dump()).empty();
  };
  EXPECT_TRUE(refused("/started", "yesterday"));
  EXPECT_TRUE(refused("/inputs/0/sha256", "abc"));
  EXPECT_TRUE(refused("/inputs/0/path", "home/dump.gz"));
  EXPECT_TRUE(refused("/approvals/0/digest", "ABC"));
  EXPECT_TRUE(refused("/files/0/sha256", ""));
  EXPECT_TRUE(refused("/files/0/name", "../left-out-keys.csv"));
  EXPECT_FALSE(refused("/approvals/0/digest", ""));
}

bool is_map_entry(const Pointer& place) {
  const std::string parent = place.parent_pointer().to_string();
  return parent == "/fates" || parent == "/fate_meanings" || parent == "/coverage";
}

TEST(ReportSchemaAndReader, AgreeThatEveryFieldIsNeeded) {
  const Json whole = Json::parse(to_json(honest_report()));
  std::size_t tried = 0;
  for (const Pointer& place : all_places(whole)) {
    if (whole[place.parent_pointer()].is_array() || is_map_entry(place)) continue;
    if (place.to_string() == "/files") continue;  // the next test
    Json broken = whole;
    broken[place.parent_pointer()].erase(place.back());
    EXPECT_NE(schema_complaints(broken.dump()), "") << place.to_string();
    const ReadReport read = from_json(broken.dump());
    EXPECT_FALSE(read.report) << place.to_string();
    EXPECT_THAT(read.error, HasSubstr(place.back() + " is missing")) << place.to_string();
    ++tried;
  }
  EXPECT_GT(tried, 90u);
}

TEST(ReportSchemaAndReader, AgreeThatFilesMayBeMissing) {
  Report without = honest_report();
  without.files.clear();
  const std::string json = to_json(without);
  EXPECT_FALSE(Json::parse(json).contains("files")) << "reports of before keep their bytes";
  EXPECT_EQ(schema_complaints(json), "");
  const ReadReport read = from_json(json);
  ASSERT_TRUE(read.report) << read.error;
  EXPECT_EQ(*read.report, without);
}

TEST(ReportSchemaAndReader, AgreeOnTheTypeOfEveryField) {
  const Json whole = Json::parse(to_json(honest_report()));
  for (const Pointer& place : all_places(whole)) {
    Json broken = whole;
    broken[place] = true;  // right nowhere
    EXPECT_NE(schema_complaints(broken.dump()), "") << place.to_string();
    const ReadReport read = from_json(broken.dump());
    EXPECT_FALSE(read.report) << place.to_string();
    EXPECT_THAT(read.error, StartsWith(place.to_string() + ": must be ")) << place.to_string();
    EXPECT_THAT(read.error, HasSubstr("but is a boolean")) << place.to_string();
  }
}

std::string error_with(const char* pointer, Json value) {
  Json json = Json::parse(to_json(honest_report()));
  json[Pointer(pointer)] = std::move(value);
  EXPECT_NE(schema_complaints(json.dump()), "") << pointer;
  return from_json(json.dump()).error;
}

TEST(ReadReport, NamesThePlaceOfAWrongValue) {
  EXPECT_EQ(error_with("/criteria/1/verdict", "green"),
            "/criteria/1/verdict: must be one of \"pass\", \"fail\", \"unknown\", but is the text "
            "\"green\"");
  EXPECT_EQ(error_with("/listed", -1),
            "/listed: must be a count, 0 or more, but is a negative number");
  EXPECT_EQ(error_with("/steps/0/real_ms", -0.5),
            "/steps/0/real_ms: must be 0 or more, or null, but is a number");
  EXPECT_EQ(error_with("/fates/in~1s\x01", "x"),
            "/fates/in~1s\\u0001: must be a count, 0 or more, but is the text \"x\"");
  EXPECT_EQ(error_with("/schema_version", 3),
            "/schema_version: this program reads versions 1 to 2 of reports, not version 3");
  EXPECT_EQ(
      error_with("/charts/0/kind", "pie"),
      "/charts/0/kind: must be one of \"line\", \"steps\", \"bars\", \"heat\", but is the text "
      "\"pie\"");
  EXPECT_EQ(error_with("/charts/0/series/0/points/1", Json::array({1})),
            "/charts/0/series/0/points/1: must be an array of x and y, but is an array");
  EXPECT_EQ(error_with("/worst_run/moments/0/at_ms", -1),
            "/worst_run/moments/0/at_ms: must be 0 or more, or null, but is a negative number");
  EXPECT_EQ(from_json("[]").error, "the report: must be an object, but is an array");
}

TEST(ReadReport, RefusesANameThatStandsTwice) {
  std::string json = to_json(honest_report());
  json.insert(json.find("\"verdict\""), "\"verdict\": \"fail\", ");
  EXPECT_EQ(from_json(json).error, "the report: the name \"verdict\" stands twice in one object");
}

TEST(ReadReport, RefusesDepthWithoutEnd) {
  EXPECT_EQ(from_json(std::string(100000, '[')).error, "the report: more than 32 levels deep");
}

TEST(ReadReport, RefusesAFileThatIsTooLong) {
  EXPECT_THAT(from_json(std::string(report_bytes_max + 1, ' ')).error, HasSubstr("more than"));
}

TEST(ReadReport, SaysWhereTheTextIsNoJson) {
  EXPECT_THAT(from_json("{\"a\": tru}").error, HasSubstr("line 1, column 10"));
  EXPECT_THAT(from_json("").error, StartsWith("the report is not JSON"));
  EXPECT_THAT(from_json("\xff\xfe").error, StartsWith("the report is not JSON"));
}

TEST(ReadReport, NeverThrowsOnADamagedFile) {
  const std::string whole = to_json(honest_report());
  for (unsigned number = 0; number < 1500; ++number) {
    std::string damaged = whole;
    const std::string bytes = noise(number);
    // Not the last place: without the line end alone the document is still whole.
    const std::size_t place = (number * 7919u) % (whole.size() - 1);
    damaged.replace(place, number % 5, bytes.substr(0, 1 + number % 3));
    const ReadReport read = from_json(damaged);
    EXPECT_NE(read.report.has_value(), !read.error.empty()) << number;
    EXPECT_TRUE(is_utf8(read.error)) << number;
    EXPECT_TRUE(from_json(whole.substr(0, place)).error != "") << place;
  }
}

}  // namespace
}  // namespace cutover::reports
