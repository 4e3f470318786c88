#include "reports/comparison.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>

#include "tests/reports/sample_report.h"

namespace cutover::reports {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

const VerdictChange* change_of(const Comparison& comparison, const std::string& what) {
  for (const VerdictChange& one : comparison.verdicts) {
    if (one.what == what) return &one;
  }
  return nullptr;
}

const FigureChange& figure_of(const Comparison& comparison, const std::string& what) {
  const auto found = std::find_if(comparison.figures.begin(), comparison.figures.end(),
                                  [&what](const FigureChange& one) { return one.what == what; });
  EXPECT_NE(found, comparison.figures.end()) << what;
  return *found;
}

TEST(Compare, FindsNothingBetweenAReportAndItself) {
  const Comparison comparison = compare(honest_report(), honest_report(), 20);
  EXPECT_FALSE(got_worse(comparison));
  EXPECT_EQ(comparison.verdicts.size(), 1U);
  EXPECT_THAT(comparison.findings, IsEmpty());
  EXPECT_FALSE(figure_of(comparison, "criterion R6.5.p95 in staging").beyond_noise);
  EXPECT_THAT(to_text(comparison), HasSubstr("no verdict got worse"));
}

TEST(Compare, NamesEachVerdictThatGotWorse) {
  Report after = honest_report();
  after.verdict = Verdict::fail;
  after.criteria[0].verdict = Verdict::unknown;
  after.requirements[0].verdict = Verdict::fail;
  after.tables[0].rows[0].verdict = Verdict::fail;
  after.steps[1].verdict = Verdict::fail;
  const Comparison comparison = compare(honest_report(), after, 20);
  EXPECT_TRUE(got_worse(comparison));
  for (const char* what : {"the report", "criterion R6.5.p95 in staging", "requirement R2.4",
                           "table drills: D1 is down", "step smoke test"}) {
    const VerdictChange* change = change_of(comparison, what);
    ASSERT_NE(change, nullptr) << what;
    EXPECT_EQ(change->change, Change::worse) << what;
  }
  EXPECT_FALSE(got_worse(compare(after, honest_report(), 20))) << "the other way round is better";
}

TEST(Compare, TakesLostEvidenceForWorse) {
  Report after = honest_report();
  after.requirements.clear();
  after.criteria.pop_back();
  const Comparison comparison = compare(honest_report(), after, 20);
  EXPECT_TRUE(got_worse(comparison));
  EXPECT_EQ(change_of(comparison, "requirement R2.4")->after, std::nullopt);
  EXPECT_FALSE(got_worse(compare(after, honest_report(), 20))) << "new evidence that passes";
}

TEST(Compare, DoesNotBelieveAReportThatContradictsItself) {
  Report after = honest_report();
  after.criteria[0].measured = 612.0;  // and still says pass
  EXPECT_TRUE(got_worse(compare(honest_report(), after, 1000)));
}

TEST(Compare, CallsADifferenceOneOnlyBeyondTheNoise) {
  Report after = honest_report();
  after.criteria[0].measured = 41.5 * 1.19;
  after.criteria[1].measured = 93.0 * 0.7;
  after.criteria[1].verdict = Verdict::pass;
  after.queries[0].ms = 0.42 * 2;
  after.steps[0].real_ms = 1.0;
  const Comparison comparison = compare(honest_report(), after, 20);
  EXPECT_EQ(figure_of(comparison, "criterion R6.5.p95 in staging").change, Change::same);
  EXPECT_EQ(figure_of(comparison, "criterion R6.5.hits").change, Change::worse) << "more is better";
  EXPECT_EQ(figure_of(comparison, "query by year").change, Change::worse);
  EXPECT_EQ(figure_of(comparison, "query by year").percent, 100);
  EXPECT_EQ(figure_of(comparison, "step migration, real time").change, Change::better);
  EXPECT_FALSE(figure_of(compare(honest_report(), after, 200), "query by year").beyond_noise);
}

TEST(Compare, NeedsADirectionToCallADifferenceBetterOrWorse) {
  Report before = honest_report();
  before.criteria[0].limit.reset();
  Report after = before;
  after.criteria[0].measured = 400.0;
  const FigureChange change =
      figure_of(compare(before, after, 20), "criterion R6.5.p95 in staging");
  EXPECT_TRUE(change.beyond_noise);
  EXPECT_EQ(change.change, Change::same);
  EXPECT_FALSE(got_worse(compare(before, after, 20)));
}

TEST(Compare, NamesNewAndGoneRejectionsByReasonAndKey) {
  Report after = honest_report();
  after.rejections[0].examples[0].key = "book:isbn:new";
  add_finding(after.rejections, {"book:isbn:1", "too_large", ""}, "Too large");
  after.alterations.clear();
  const Comparison comparison = compare(honest_report(), after, 20);
  ASSERT_EQ(comparison.findings.size(), 3U);
  EXPECT_EQ(comparison.findings[0].reason, "isbn_malformed");
  EXPECT_THAT(comparison.findings[0].new_keys, ElementsAre("book:isbn:new"));
  EXPECT_THAT(comparison.findings[0].gone_keys, ElementsAre("book:isbn:12"));
  EXPECT_TRUE(comparison.findings[0].all_keys);
  EXPECT_EQ(comparison.findings[1].reason, "too_large");
  EXPECT_EQ(comparison.findings[1].before, 0U);
  EXPECT_EQ(comparison.findings[2].list, "altered");
  EXPECT_EQ(comparison.findings[2].after, 0U);
}

TEST(Compare, SaysWhenAReportKeepsNotAllKeys) {
  Report after = honest_report();
  after.rejections[0].count = 900;
  const Comparison comparison = compare(honest_report(), after, 20);
  EXPECT_FALSE(comparison.findings.at(0).all_keys);
}

TEST(ComparisonText, ShowsBothFiguresAndTheNoise) {
  Report after = honest_report();
  after.queries[0].ms = 0.84;
  after.rejections[0].examples[0].key = "book:isbn:new";
  const std::string text = to_text(compare(honest_report(), after, 20));
  EXPECT_THAT(text, HasSubstr("differ by more than the noise of 20 %"));
  EXPECT_THAT(text, HasSubstr("worse   query by year: 0.42 ms -> 0.84 ms (+100.0 %)"));
  EXPECT_THAT(text, HasSubstr("new: book:isbn:new"));
}

TEST(ComparisonJson, SaysTheSame) {
  Report after = honest_report();
  after.steps[0].verdict = Verdict::fail;
  const auto json = nlohmann::json::parse(to_json(compare(honest_report(), after, 20)));
  EXPECT_EQ(json["got_worse"], true);
  EXPECT_EQ(json["noise_percent"], 20);
  EXPECT_EQ(json["verdicts"].size(), 2U);
  EXPECT_EQ(json["verdicts"][1]["what"], "step migration");
  EXPECT_EQ(json["verdicts"][1]["after"], "fail");
}

TEST(ComparisonText, IsHarmlessWhateverTheDataSays) {
  for (const std::string& text : hostile_texts()) {
    const Comparison comparison = compare(report_of(text), honest_report(), 20);
    EXPECT_TRUE(is_utf8(to_text(comparison))) << text;
    EXPECT_THAT(to_text(comparison), Not(HasSubstr("\x1b"))) << text;
    EXPECT_TRUE(nlohmann::json::accept(to_json(comparison))) << text;
  }
}

}  // namespace
}  // namespace cutover::reports
