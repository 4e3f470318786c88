#include "reports/chart.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>

#include "tests/reports/sample_report.h"

namespace cutover::reports {
namespace {

TEST(BoundedChart, IsLeftAloneWithinItsBounds) {
  EXPECT_EQ(bounded(sample_chart(ChartKind::line)), sample_chart(ChartKind::line));
}

TEST(BoundedChart, KeepsEverySpikeOfALongSeries) {
  Chart chart = sample_chart(ChartKind::line);
  chart.series.resize(1);
  auto& points = chart.series[0].points;
  points.clear();
  for (int x = 0; x < 100'000; ++x) points.push_back({static_cast<double>(x), 5});
  points[41'234].y = 900;
  points[41'235].y = 1;
  const Chart small = bounded(chart);
  const auto& kept = small.series[0].points;
  EXPECT_LE(kept.size(), chart_points_max);
  EXPECT_GE(kept.size(), chart_points_max / 2);
  EXPECT_EQ(std::count(kept.begin(), kept.end(), (Point{41'234, 900})), 1);
  EXPECT_EQ(std::count(kept.begin(), kept.end(), (Point{41'235, 1})), 1);
  EXPECT_TRUE(std::is_sorted(kept.begin(), kept.end(),
                             [](const Point& a, const Point& b) { return a.x < b.x; }));
  EXPECT_EQ(bounded(small), small) << "once is enough";
}

TEST(BoundedChart, LeavesOutSeriesAndSpansBeyondTheBounds) {
  Chart chart = sample_chart(ChartKind::heat);
  chart.series.resize(100);
  chart.spans.resize(1000);
  EXPECT_EQ(bounded(chart).series.size(), chart_series_max);
  EXPECT_EQ(bounded(chart).spans.size(), chart_spans_max);
}

TEST(BoundedChart, HasFiniteNumbersOnly) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  Chart chart = sample_chart(ChartKind::line);
  chart.limit = infinity;
  chart.series[0].points = {{infinity, 1}, {1, infinity}};
  chart.spans = {{0, infinity, "x"}};
  const Chart clean = bounded(chart);
  EXPECT_EQ(clean.limit, std::nullopt);
  EXPECT_EQ(clean.series[0].points, (std::vector<Point>{{1, std::nullopt}}));
  EXPECT_TRUE(clean.spans.empty());
}

TEST(ChartKind, HasANameThatReadsBack) {
  for (const ChartKind kind :
       {ChartKind::line, ChartKind::steps, ChartKind::bars, ChartKind::heat}) {
    EXPECT_EQ(chart_kind_named(name_of(kind)), kind);
  }
  EXPECT_EQ(chart_kind_named("pie"), std::nullopt);
}

}  // namespace
}  // namespace cutover::reports
