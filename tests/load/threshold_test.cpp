// Thresholds in k6's words (R4.3, R5.8).
#include "load/threshold.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cutover::load {
namespace {

using ::testing::HasSubstr;

std::string error_of(std::string_view metric, std::string_view expression) {
  const auto threshold = parse_threshold(metric, expression);
  return threshold ? "no error" : threshold.error();
}

TEST(LoadThreshold, TheTwoOfThePlanAreUnderstood) {
  const auto duration = parse_threshold("http_req_duration", "p(95)<500");
  ASSERT_TRUE(duration.has_value()) << duration.error();
  EXPECT_EQ(duration->aggregate, Aggregate::percentile);
  EXPECT_EQ(duration->percent, 95);
  EXPECT_EQ(duration->comparison, Comparison::below);
  EXPECT_EQ(duration->limit, 500);
  const auto failed = parse_threshold("http_req_failed", " rate < 0.01 ");
  ASSERT_TRUE(failed.has_value()) << failed.error();
  EXPECT_EQ(failed->aggregate, Aggregate::rate);
  EXPECT_EQ(failed->limit, 0.01);
}

TEST(LoadThreshold, TagsNarrowAMetric) {
  const auto threshold = parse_threshold("http_req_duration{tier:d1, route:search}", "med<=300");
  ASSERT_TRUE(threshold.has_value()) << threshold.error();
  EXPECT_EQ(threshold->filter.tier, TierTag::d1);
  EXPECT_EQ(threshold->filter.route, Route::search);
  EXPECT_EQ(metric_text(*threshold), "http_req_duration{tier:d1,route:search}");
  EXPECT_EQ(condition_text(*threshold), "med<=300");
}

TEST(LoadThreshold, WhatIsWrittenOutIsReadBackTheSame) {
  for (const auto& [metric, expression] : std::vector<std::pair<std::string, std::string>>{
           {"http_req_duration", "p(99.9)<1500"},
           {"http_req_duration{tier:cached}", "avg<=2.5"},
           {"http_req_service{route:library_read}", "max!=0"},
           {"http_reqs{tier:provider}", "count>=10"},
           {"http_reqs", "rate>99"},
           {"kv_hits", "rate>0.8"},
           {"d1_queries", "count==0"},
           {"d1_query_duration", "min>0"}}) {
    const auto threshold = parse_threshold(metric, expression);
    ASSERT_TRUE(threshold.has_value()) << threshold.error();
    EXPECT_EQ(metric_text(*threshold), metric);
    EXPECT_EQ(condition_text(*threshold), expression);
  }
}

TEST(LoadThreshold, K6sThreeEqualSignsMeanEqual) {
  const auto threshold = parse_threshold("d1_queries", "count===3");
  ASSERT_TRUE(threshold.has_value());
  EXPECT_EQ(threshold->comparison, Comparison::equal);
}

TEST(LoadThreshold, EachMistakeIsNamed) {
  EXPECT_THAT(error_of("http_req_time", "p(95)<500"), HasSubstr("no metric 'http_req_time'"));
  EXPECT_THAT(error_of("http_req_duration", "p(95)"), HasSubstr("no comparison"));
  EXPECT_THAT(error_of("http_req_duration", "p(101)<5"), HasSubstr("p(0) to p(100)"));
  EXPECT_THAT(error_of("http_req_duration", "p(ninety)<5"), HasSubstr("p(0) to p(100)"));
  EXPECT_THAT(error_of("http_req_duration", "mean<5"), HasSubstr("'mean' is none of"));
  EXPECT_THAT(error_of("http_req_duration", "avg=<5"), HasSubstr("is none of <"));
  EXPECT_THAT(error_of("http_req_duration", "avg<500ms"), HasSubstr("'500ms' is not a number"));
  EXPECT_THAT(error_of("http_req_duration", "avg<nan"), HasSubstr("'nan' is not a number"));
  EXPECT_THAT(error_of("http_req_duration", "avg<"), HasSubstr("is not a number"));
  EXPECT_THAT(error_of("http_req_duration", "rate<0.5"), HasSubstr("has no rate"));
  EXPECT_THAT(error_of("http_req_failed", "p(95)<1"), HasSubstr("ask for rate"));
  EXPECT_THAT(error_of("http_reqs", "avg<1"), HasSubstr("ask for count or rate"));
  EXPECT_THAT(error_of("checks{tier:d1}", "rate>0.9"), HasSubstr("checks has no tags"));
  EXPECT_THAT(error_of("http_reqs{tier:d2}", "count>1"), HasSubstr("no tier 'd2'"));
  EXPECT_THAT(error_of("http_reqs{route:x}", "count>1"), HasSubstr("no route 'x'"));
  EXPECT_THAT(error_of("http_reqs{status:200}", "count>1"), HasSubstr("no tag 'status'"));
  EXPECT_THAT(error_of("http_reqs{tier:d1", "count>1"), HasSubstr("without its '}'"));
  EXPECT_THAT(error_of("http_reqs{}", "count>1"), HasSubstr("no tag ''"));
  EXPECT_THAT(error_of("", ""), HasSubstr("no metric ''"));
}

TEST(LoadThreshold, TheLimitItselfCountsAsTheComparisonSays) {
  const auto at_limit = [](const char* expression) {
    return holds(*parse_threshold("http_req_duration", expression), 500);
  };
  EXPECT_FALSE(at_limit("avg<500"));
  EXPECT_TRUE(at_limit("avg<=500"));
  EXPECT_FALSE(at_limit("avg>500"));
  EXPECT_TRUE(at_limit("avg>=500"));
  EXPECT_TRUE(at_limit("avg==500"));
  EXPECT_FALSE(at_limit("avg!=500"));
}

TEST(LoadThreshold, TheTagKvMeansWhatALocationRememberedToo) {
  EXPECT_TRUE(covers(TierTag::kv, Tier::kv));
  EXPECT_TRUE(covers(TierTag::kv, Tier::cached));
  EXPECT_FALSE(covers(TierTag::cached, Tier::kv));
  EXPECT_FALSE(covers(TierTag::kv, Tier::d1));
}

}  // namespace
}  // namespace cutover::load
