#include "load/histogram.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>

namespace cutover::load {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;

Histogram of(const std::vector<std::int64_t>& micros) {
  Histogram histogram;
  for (const std::int64_t value : micros) histogram.add(Duration(value));
  return histogram;
}

TEST(LoadHistogram, AnEmptyOneHasNothingToSay) {
  const Histogram empty;
  EXPECT_EQ(empty.count(), 0U);
  EXPECT_EQ(empty.percentile(95), Duration{0});
  EXPECT_EQ(empty.mean_ms(), 0);
  EXPECT_TRUE(empty.bars().empty());
}

TEST(LoadHistogram, PercentilesAreTheSmallestValueThatSoManyAreNotAbove) {
  const Histogram histogram = of({10, 20, 30, 40});
  EXPECT_EQ(histogram.percentile(0), microseconds(10));
  EXPECT_EQ(histogram.percentile(25), microseconds(10));
  EXPECT_EQ(histogram.percentile(26), microseconds(20));
  EXPECT_EQ(histogram.percentile(50), microseconds(20));
  EXPECT_EQ(histogram.percentile(100), microseconds(40));
  EXPECT_DOUBLE_EQ(histogram.mean_ms(), 0.025);
}

TEST(LoadHistogram, WhatIsTooLongOrNegativeCountsAsTheNearestItCanHold) {
  const Histogram histogram = of({-5, std::int64_t{1} << 50});
  EXPECT_EQ(histogram.min(), Duration{0});
  EXPECT_EQ(histogram.max(), Histogram::largest);
  EXPECT_EQ(histogram.percentile(100), Histogram::largest);
}

TEST(LoadHistogram, BarsAddUpAndAscend) {
  const auto bars = of({1, 1, 5000, 70'000, 2'000'000}).bars();
  ASSERT_EQ(bars.size(), 4U);
  EXPECT_EQ(bars[0], (Histogram::Bar{microseconds(1), 2}));
  EXPECT_TRUE(std::is_sorted(bars.begin(), bars.end(),
                             [](const auto& a, const auto& b) { return a.up_to < b.up_to; }));
}

// From a microsecond to hours, as often short as long.
rc::Gen<std::vector<std::int64_t>> some_latencies() {
  const auto one = rc::gen::map(
      rc::gen::pair(rc::gen::inRange(0, 36), rc::gen::inRange<std::int64_t>(0, 1 << 20)),
      [](const std::pair<int, std::int64_t>& drawn) {
        return (std::int64_t{1} << drawn.first) + (drawn.second << drawn.first >> 20);
      });
  return rc::gen::nonEmpty(rc::gen::container<std::vector<std::int64_t>>(one));
}

RC_GTEST_PROP(LoadHistogram, APercentileIsNeverBelowTheTruthAndAtMostTheStatedErrorAbove, ()) {
  auto values = *some_latencies();
  const double percent = *rc::gen::inRange(0, 1001) / 10.0;
  const Histogram histogram = of(values);
  std::sort(values.begin(), values.end());
  const auto rank = static_cast<std::size_t>(
      std::max(1.0, std::ceil(percent / 100 * static_cast<double>(values.size()))));
  const std::int64_t truth = values[rank - 1];
  const std::int64_t said = histogram.percentile(percent).count();
  RC_ASSERT(said >= truth);
  RC_ASSERT(static_cast<double>(said - truth) <=
            static_cast<double>(truth) * Histogram::relative_error);
}

RC_GTEST_PROP(LoadHistogram, MergedPartsAreTheWhole, ()) {
  const auto first = *some_latencies();
  const auto second = *some_latencies();
  Histogram merged = of(first);
  merged.merge(of(second));
  std::vector<std::int64_t> all = first;
  all.insert(all.end(), second.begin(), second.end());
  const Histogram whole = of(all);
  RC_ASSERT(merged.bars() == whole.bars());
  RC_ASSERT(merged.count() == whole.count());
  RC_ASSERT(merged.min() == whole.min());
  RC_ASSERT(merged.max() == whole.max());
  RC_ASSERT(merged.mean_ms() == whole.mean_ms());
}

}  // namespace
}  // namespace cutover::load
