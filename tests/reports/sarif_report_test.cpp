#include "reports/sarif_report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <set>
#include <string>

#include "tests/reports/sample_report.h"
#include "tests/reports/schema_checker.h"

namespace cutover::reports {
namespace {

using testing::HasSubstr;
using Json = nlohmann::json;

constexpr const char* schema = "tests/reports/sarif_required.schema.json";

// Valid, and every result leads to its rule.
Json checked(const Report& report) {
  const std::string text = to_sarif(report);
  EXPECT_EQ(schema_complaints(text, schema), "");
  EXPECT_TRUE(is_utf8(text));
  const Json run = Json::parse(text)["runs"][0];
  const Json& rules = run["tool"]["driver"]["rules"];
  std::set<std::string> ids;
  for (const Json& rule : rules) EXPECT_TRUE(ids.insert(rule["id"]).second) << rule["id"];
  for (const Json& result : run["results"]) {
    EXPECT_EQ(rules.at(result["ruleIndex"].get<std::size_t>())["id"], result["ruleId"]);
  }
  return run;
}

Json result_named(const Json& run, const std::string& rule) {
  for (const Json& result : run["results"]) {
    if (result["ruleId"] == rule) return result;
  }
  return nullptr;
}

TEST(SarifReport, OfAPassHoldsOnlyWhatWasRejected) {
  const Json run = checked(honest_report());
  ASSERT_EQ(run["results"].size(), 1U);
  const Json result = run["results"][0];
  EXPECT_EQ(result["ruleId"], "rejected/isbn_malformed");
  EXPECT_EQ(result["level"], "warning");
  EXPECT_EQ(result["message"]["text"],
            "2 keys rejected, isbn_malformed: The key holds no ISBN. book:isbn:12 book:isbn:x");
  EXPECT_EQ(result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"],
            "google-7k.ndjson.gz");
  EXPECT_EQ(run["properties"]["verdict"], "pass");
}

TEST(SarifReport, HasAnErrorForEachFailAndAWarningForEachUnknown) {
  Report report = honest_report();
  report.verdict = Verdict::fail;
  report.criteria[0].verdict = Verdict::fail;
  report.criteria[0].measured = 612.0;
  report.requirements[0].verdict = Verdict::unknown;
  report.tables[0].rows[0].verdict = Verdict::fail;
  const Json run = checked(report);
  const Json criterion = result_named(run, "criterion/R6.5.p95");
  EXPECT_EQ(criterion["level"], "error");
  EXPECT_EQ(criterion["message"]["text"], "criterion R6.5.p95 API p95: 612 ms, limit < 500");
  EXPECT_EQ(result_named(run, "requirement/R2.4")["level"], "warning");
  EXPECT_EQ(result_named(run, "table-drills/D1-is-down")["level"], "error");
  const Json rule = run["tool"]["driver"]["rules"][criterion["ruleIndex"].get<std::size_t>()];
  EXPECT_EQ(rule["help"]["text"], "Shown not to hold. To repeat it: cutover load");
}

TEST(SarifReport, KeepsAFailuresFingerprintWhenItsFiguresChange) {
  Report report = honest_report();
  report.verdict = Verdict::fail;
  report.criteria[0].verdict = Verdict::fail;
  report.criteria[0].measured = 612.0;
  const Json before = result_named(checked(report), "criterion/R6.5.p95");
  report.criteria[0].measured = 700.0;
  const Json after = result_named(checked(report), "criterion/R6.5.p95");
  EXPECT_NE(before["message"], after["message"]);
  EXPECT_EQ(before["partialFingerprints"], after["partialFingerprints"]);
}

TEST(SarifReport, HasAWarningForEachRequirementWithoutEvidence) {
  Report report = honest_report();
  report.verdict = Verdict::unknown;
  report.requirements = {{"R1.1", "a", Verdict::unknown, {}}, {"R1.2", "b", Verdict::unknown, {}}};
  const Json run = checked(report);
  EXPECT_EQ(result_named(run, "requirement/R1.1")["level"], "warning");
  EXPECT_EQ(result_named(run, "requirement/R1.2")["level"], "warning");
}

TEST(SarifReport, SaysWhenTheReportContradictsItself) {
  Report report = honest_report();
  report.listed = 8;
  EXPECT_EQ(result_named(checked(report), "report/contradiction")["level"], "error");
}

TEST(SarifReport, IsValidWhateverTheDataSays) {
  for (const std::string& text : hostile_texts()) checked(report_of(text));
  for (unsigned number = 0; number < 50; ++number) checked(report_of(noise(number)));
}

TEST(SarifReport, CutsItsResultsAndSaysSo) {
  Report report = honest_report();
  report.steps.assign(sarif_results_max + 500, {"step", Verdict::fail, "", {}, {}, 0});
  report.verdict = Verdict::fail;
  const Json run = checked(report);
  EXPECT_EQ(run["results"].size(), sarif_results_max);
  EXPECT_THAT(run["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"],
              HasSubstr("501 more results"));
}

TEST(SarifSchema, RefusesWhatIsNoSarif) {
  const auto refused = [](const char* pointer, const Json& value) {
    Json json = Json::parse(to_sarif(honest_report()));
    json[Json::json_pointer(pointer)] = value;
    return !schema_complaints(json.dump(), schema).empty();
  };
  EXPECT_TRUE(refused("/version", "2.0"));
  EXPECT_TRUE(refused("/runs/0/results/0/level", "fatal"));
  EXPECT_TRUE(refused("/runs/0/results/0/message", Json::object()));
  EXPECT_TRUE(refused("/runs/0/tool", Json::object()));
  EXPECT_TRUE(refused("/runs/0/results/0/colour", "red"));
}

}  // namespace
}  // namespace cutover::reports
