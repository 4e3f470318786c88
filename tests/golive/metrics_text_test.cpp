#include "golive/metrics_text.h"

#include <gmock/gmock.h>

#include "adapters/observability/prometheus_metrics.h"

namespace cutover::golive {
namespace {

using testing::HasSubstr;

std::string error_of(const std::string& text) {
  const auto samples = samples_from(text);
  return samples ? "" : samples.error();
}

TEST(MetricsText, WhatOurServerGivesIsRead) {
  observability::PrometheusMetrics metrics;
  metrics.emit("http.request", {{"route", "/v1/search/isbn"},
                                {"method", "GET"},
                                {"status", std::int64_t{200}},
                                {"micros", std::int64_t{1500}}});
  const auto samples = samples_from(metrics.text());
  ASSERT_TRUE(samples) << samples.error();
  const Sample expected{"bookstrack_http_requests_total",
                        {{"route", "/v1/search/isbn"}, {"method", "GET"}, {"status", "200"}},
                        1};
  const auto same = [&](const Sample& one) {
    return one.name == expected.name && one.labels == expected.labels && one.value == 1;
  };
  EXPECT_EQ(std::count_if(samples->begin(), samples->end(), same), 1);
  EXPECT_GT(samples->size(), 100U);
}

TEST(MetricsText, EveryFormOfALineIsRead) {
  const auto samples = samples_from(
      "# HELP bookstrack_a some\n# TYPE bookstrack_a counter\n\n"
      "bookstrack_a 1\r\n"
      "bookstrack_a{} 2 1700000000000\n"
      "bookstrack_a{x=\"one \\\"two\\\" \\\\ \\n}\", y=\"\",} +1.5e3\n"
      "go_threads NaN\n"
      "bookstrack_b{le=\"+Inf\"}\t7");
  ASSERT_FALSE(samples) << "one series twice: with and without braces";
  const auto good = samples_from(
      "bookstrack_a{x=\"one \\\"two\\\" \\\\ \\n}\", y=\"\",} +1.5e3\n"
      "go_threads NaN\n"
      "bookstrack_b{le=\"+Inf\"}\t7");
  ASSERT_TRUE(good) << good.error();
  ASSERT_EQ(good->size(), 2U);
  EXPECT_EQ((*good)[0].labels, (Labels{{"x", "one \"two\" \\ \n}"}, {"y", ""}}));
  EXPECT_EQ((*good)[0].value, 1500);
  EXPECT_EQ((*good)[1].value, 7);
}

TEST(MetricsText, TheFirstLineThatIsNoneIsNamed) {
  const std::string fine = "bookstrack_a 1\n";
  for (const char* line :
       {"<!doctype html>", "bookstrack_b", "bookstrack_b ", "bookstrack_b one", "bookstrack_b{x} 1",
        "bookstrack_b{x=1} 1", "bookstrack_b{x=\"1} 1", "bookstrack_b{x=\"\\",
        "bookstrack_b{x=\"1\" 1", "bookstrack_b{x=\"1\"}1", "bookstrack_b 1 2 3", "9lives 1",
        "bookstrack_b{x=\"1\",x=\"2\"} 1", "{} 1", "bookstrack_b 1x", "bookstrack_b 0x10"}) {
    EXPECT_THAT(error_of(fine + line + "\n"), HasSubstr("line 2: is no sample")) << line;
  }
}

TEST(MetricsText, FiguresThatNothingCanBeCountedWithAreRefused) {
  for (const char* value : {"-1", "NaN", "+Inf", "inf", "-Inf"}) {
    EXPECT_EQ(error_of("bookstrack_a " + std::string(value)), "line 1: is not 0 or more") << value;
  }
  EXPECT_EQ(error_of("bookstrack_a 1\nbookstrack_a 2"), "line 2: stands there twice");
}

TEST(MetricsText, ATextWithoutAMetricOfTheSystemIsRefused) {
  EXPECT_THAT(error_of(""), HasSubstr("holds no metric bookstrack_"));
  EXPECT_THAT(error_of("go_threads 7\n"), HasSubstr("holds no metric bookstrack_"));
  EXPECT_THAT(error_of(std::string(metrics_bytes_max + 1, '#')), HasSubstr("more than 16 MiB"));
}

}  // namespace
}  // namespace cutover::golive
