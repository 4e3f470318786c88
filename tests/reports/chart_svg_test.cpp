#include "reports/html/chart_svg.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <pugixml.hpp>
#include <string>

#include "tests/reports/sample_report.h"

namespace cutover::reports {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr ChartKind kinds[] = {ChartKind::line, ChartKind::steps, ChartKind::bars, ChartKind::heat};

// The drawing, which must be well-formed; without any place that is no number.
struct Drawing {
  explicit Drawing(const Chart& chart) : text(chart_svg(chart, "c1")) {
    const auto result = document.load_buffer(text.data(), text.size(), pugi::parse_full);
    EXPECT_TRUE(result) << result.description() << "\n" << text;
    EXPECT_EQ(text.find("nan"), std::string::npos);
    EXPECT_EQ(text.find("inf"), std::string::npos);
  }

  [[nodiscard]] std::size_t count(const char* path) const {
    return document.select_nodes(path).size();
  }

  std::string text;
  pugi::xml_document document;
};

TEST(ChartSvg, SaysAloudWhatItShows) {
  for (const ChartKind kind : kinds) {
    const Drawing drawing(sample_chart(kind));
    const pugi::xml_node svg = drawing.document.child("svg");
    EXPECT_STREQ(svg.attribute("role").value(), "img");
    EXPECT_STREQ(svg.attribute("aria-labelledby").value(), "c1-t c1-d");
    EXPECT_STREQ(svg.child("title").child_value(), "API latency");
    EXPECT_STREQ(svg.child("desc").child_value(),
                 "The latency rises while D1 is down, and falls again.");
  }
}

TEST(ChartSvg, LeavesAGapWhereNothingWasMeasured) {
  const Drawing drawing(sample_chart(ChartKind::line));
  const std::string reads =
      drawing.document.select_node("//path[@class='s0']").node().attribute("d").value();
  EXPECT_EQ(std::count(reads.begin(), reads.end(), 'M'), 2);
  EXPECT_EQ(drawing.count("//circle[@class='s0']"), 1U) << "the point alone after the gap";
}

TEST(ChartSvg, DrawsStepsWithoutSlopes) {
  const Drawing drawing(sample_chart(ChartKind::steps));
  const std::string writes =
      drawing.document.select_node("//path[@class='s1']").node().attribute("d").value();
  EXPECT_EQ(writes.find('L'), std::string::npos);
  EXPECT_EQ(std::count(writes.begin(), writes.end(), 'V'), 3);
}

TEST(ChartSvg, ShowsTheLimitTheFaultAndTheUnits) {
  const Drawing drawing(sample_chart(ChartKind::line));
  EXPECT_EQ(drawing.count("//line[@class='limit']"), 1U);
  EXPECT_EQ(drawing.count("//rect[@class='span']"), 1U);
  EXPECT_THAT(drawing.text, HasSubstr(">D1 is down</text>"));
  EXPECT_THAT(drawing.text, HasSubstr(">limit 500 ms</text>"));
  EXPECT_THAT(drawing.text, HasSubstr(">p95 [ms]</text>"));
  EXPECT_THAT(drawing.text, HasSubstr(">virtual time [s]</text>"));
}

TEST(ChartSvg, ShortensALongNameOfAnAxisButNeverItsUnit) {
  Chart chart = sample_chart(ChartKind::line);
  chart.y.label = "API latency while monitoring";
  EXPECT_THAT(Drawing(chart).text, HasSubstr(">API latency while monitoring [ms]</text>"));
  chart.y.label = std::string(500, 'x');
  EXPECT_THAT(Drawing(chart).text, HasSubstr("xxx [ms]</text>"));
}

TEST(ChartSvg, HasABarForEachValueAndACellForEachPoint) {
  EXPECT_EQ(Drawing(sample_chart(ChartKind::bars)).count("//rect[starts-with(@class,'bar')]"), 7U);
  const Drawing heat(sample_chart(ChartKind::heat));
  EXPECT_EQ(heat.count("//rect[@class='cell']"), 7U);
  EXPECT_EQ(heat.count("//rect[@class='hollow']"), 1U) << "not measured is not 0";
}

TEST(ChartSvg, NamesTheBarsWhenEverySeriesHasOne) {
  Chart chart = sample_chart(ChartKind::bars);
  chart.series = {{"plan's migrator", {{0, 380}}}, {"ours", {{0, 41'000}}}};
  const Drawing drawing(chart);
  EXPECT_THAT(drawing.text, HasSubstr(">plan&#39;s migrator</text>"));
  EXPECT_THAT(drawing.text, HasSubstr(">ours</text>"));
}

TEST(ChartSvg, NamesTheColumnsOfCellsWhereASpanBegins) {
  Chart chart = sample_chart(ChartKind::heat);
  ASSERT_FALSE(chart.series.front().points.empty());
  const double x = chart.series.front().points.front().x;
  chart.spans = {{x, x + 1, "d1.batch"}};
  EXPECT_THAT(Drawing(chart).text, HasSubstr(">d1.batch</text>"));
}

TEST(ChartSvg, SaysWhenThereIsNothingToDraw) {
  for (const ChartKind kind : kinds) {
    Chart chart = sample_chart(kind);
    chart.series.clear();
    chart.spans.clear();
    EXPECT_THAT(Drawing(chart).text, HasSubstr("no point was measured"));
  }
}

TEST(ChartSvg, DrawsAnyNumbers) {
  constexpr double huge = std::numeric_limits<double>::max();
  constexpr double tiny = std::numeric_limits<double>::denorm_min();
  for (const ChartKind kind : kinds) {
    for (const double x : {0.0, -huge, huge, tiny, 1e15 + 1}) {
      for (const double y : {0.0, -huge, huge, tiny, -3.5}) {
        Chart chart = sample_chart(kind);
        chart.series[0].points.push_back({x, y});
        const Drawing drawing(chart);
        chart.series = {{"one", {{x, y}}}};
        chart.spans.clear();
        chart.limit.reset();
        const Drawing alone(chart);
      }
    }
  }
}

TEST(ChartSvg, IsOfBoundedSize) {
  for (const ChartKind kind : kinds) {
    Chart chart = sample_chart(kind);
    chart.series.resize(500);
    for (Series& series : chart.series) {
      for (int x = 0; x < 2000; ++x) series.points.push_back({x * 1.0, x * 7.0});
    }
    EXPECT_LT(chart_svg(chart, "c").size(), 600'000U);
  }
}

TEST(Ticks, AreRoundAndCoverTheRange) {
  EXPECT_THAT(ticks_of(0, 500), ElementsAre(0, 100, 200, 300, 400, 500));
  EXPECT_THAT(ticks_of(0, 7), ElementsAre(0, 2, 4, 6, 8));
  EXPECT_THAT(ticks_of(-3, 3), ElementsAre(-4, -2, 0, 2, 4));
  EXPECT_THAT(ticks_of(5, 5), ElementsAre(5));
}

TEST(AxisNumber, IsShort) {
  EXPECT_EQ(axis_number(0), "0");
  EXPECT_EQ(axis_number(12'500), "12,500");
  EXPECT_EQ(axis_number(-1'234'567), "-1,234,567");
  EXPECT_EQ(axis_number(0.25), "0.25");
  EXPECT_EQ(axis_number(3e9), "3e+09");
}

}  // namespace
}  // namespace cutover::reports
