#include "golive/window.h"

#include <gtest/gtest.h>

#include <cmath>

#include "golive/share.h"

namespace cutover::golive {
namespace {

using reports::Verdict;

bool any(const Labels&) {
  return true;
}

std::vector<Sample> read(const std::string& text) {
  return samples_from(text).value();
}

TEST(Window, WithoutAnEarlierTextEverythingSinceTheStartCounts) {
  const Window window(read("bookstrack_a_total{x=\"1\"} 3\nbookstrack_a_total{x=\"2\"} 4\n"));
  EXPECT_EQ(window.growth("bookstrack_a_total", any), 7);
  EXPECT_EQ(window.growth("bookstrack_a_total",
                          [](const Labels& labels) { return label(labels, "x") == "2"; }),
            4);
  EXPECT_EQ(window.growth("bookstrack_b_total", any), 0);
  EXPECT_FALSE(window.has("bookstrack_b_total", any));
}

TEST(Window, OnlyWhatWasCountedInBetweenCounts) {
  const Window window(read("bookstrack_a_total{x=\"1\"} 5\nbookstrack_a_total{x=\"2\"} 4\n"),
                      read("bookstrack_a_total{x=\"1\"} 3\n"));
  EXPECT_EQ(window.growth("bookstrack_a_total", any), 6);
  EXPECT_FALSE(window.restarted());
}

TEST(Window, ACounterThatFellOrIsGoneBeganAnew) {
  const Window fell(read("bookstrack_a_total 2\n"), read("bookstrack_a_total 3\n"));
  EXPECT_TRUE(fell.restarted());
  EXPECT_EQ(fell.growth("bookstrack_a_total", any), 2);
  EXPECT_TRUE(Window(read("bookstrack_b_total 2\n"), read("bookstrack_a_total 3\n")).restarted());
  EXPECT_FALSE(Window(read("bookstrack_level 2\n"), read("bookstrack_level 3\n")).restarted())
      << "a gauge may fall";
}

TEST(Window, AQuantileLiesInItsBucket) {
  const Window window(read(
      "bookstrack_s_bucket{le=\"0.1\",r=\"a\"} 30\nbookstrack_s_bucket{le=\"0.5\",r=\"a\"} 90\n"
      "bookstrack_s_bucket{le=\"+Inf\",r=\"a\"} 100\n"
      "bookstrack_s_bucket{le=\"0.1\",r=\"b\"} 20\nbookstrack_s_bucket{le=\"0.5\",r=\"b\"} 100\n"
      "bookstrack_s_bucket{le=\"+Inf\",r=\"b\"} 100\n"));
  const auto median = window.quantile("bookstrack_s", 0.5, any);
  ASSERT_TRUE(median);
  EXPECT_EQ(median->low, 0.1);
  EXPECT_EQ(median->high, 0.5);
  EXPECT_DOUBLE_EQ(median->value, 0.1 + 0.4 * 50 / 140);
  const auto p95 = window.quantile("bookstrack_s", 0.95, any);
  EXPECT_EQ(p95->high, 0.5) << "190 of 200 are in it";
  const auto p99 = window.quantile("bookstrack_s", 0.99, any);
  EXPECT_EQ(p99->low, 0.5);
  EXPECT_TRUE(std::isinf(p99->high));
  EXPECT_FALSE(window.quantile("bookstrack_t", 0.5, any));
}

TEST(Window, AHistogramWithoutObservationsHasNoQuantile) {
  const Window window(
      read("bookstrack_s_bucket{le=\"0.1\"} 0\nbookstrack_s_bucket{le=\"+Inf\"} 0\n"));
  EXPECT_FALSE(window.quantile("bookstrack_s", 0.5, any));
}

TEST(Share, BelowItsLimitItPassesAndOnItItFails) {
  EXPECT_EQ(judge(Share{2, 3000, 0.001, 3000}), Verdict::pass);
  EXPECT_EQ(judge(Share{3, 3000, 0.001, 3000}), Verdict::fail);
}

TEST(Share, TooFewAreUnknownUnlessTheyCannotBeMadeGood) {
  EXPECT_EQ(judge(Share{0, 2999, 0.001, 3000}), Verdict::unknown);
  EXPECT_EQ(judge(Share{2, 10, 0.001, 3000}), Verdict::unknown);
  EXPECT_EQ(judge(Share{3, 10, 0.001, 3000}), Verdict::fail);
  EXPECT_EQ(judge(Share{0, 0, 0.001, 3000}), Verdict::unknown);
}

}  // namespace
}  // namespace cutover::golive
