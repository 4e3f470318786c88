#include "reports/chart.h"

#include <algorithm>
#include <cmath>

namespace cutover::reports {

namespace {

// A gap counts as lower than any number.
bool lower(const Point& left, const Point& right) {
  if (!left.y || !right.y) return !left.y && right.y;
  return *left.y < *right.y;
}

// At most points_max of them, which is at least 2.
std::vector<Point> thinned(const std::vector<Point>& points, std::size_t points_max) {
  if (points.size() <= points_max) return points;
  const std::size_t stretches = points_max / 2;
  std::vector<Point> kept;
  kept.reserve(points_max);
  for (std::size_t stretch = 0; stretch < stretches; ++stretch) {
    const auto begin = points.begin() + points.size() * stretch / stretches;
    const auto end = points.begin() + points.size() * (stretch + 1) / stretches;
    const auto [lowest, highest] = std::minmax_element(begin, end, lower);
    kept.push_back(*std::min(lowest, highest));
    if (lowest != highest) kept.push_back(*std::max(lowest, highest));
  }
  return kept;
}

void keep_finite(std::vector<Point>& points) {
  std::erase_if(points, [](const Point& point) { return !std::isfinite(point.x); });
  for (Point& point : points) {
    if (point.y && !std::isfinite(*point.y)) point.y.reset();
  }
}

}  // namespace

std::string_view name_of(ChartKind kind) {
  switch (kind) {
    case ChartKind::line: return "line";
    case ChartKind::steps: return "steps";
    case ChartKind::bars: return "bars";
    case ChartKind::heat: return "heat";
  }
  return "line";
}

std::optional<ChartKind> chart_kind_named(std::string_view name) {
  for (const ChartKind kind :
       {ChartKind::line, ChartKind::steps, ChartKind::bars, ChartKind::heat}) {
    if (name == name_of(kind)) return kind;
  }
  return std::nullopt;
}

Chart bounded(Chart chart) {
  if (chart.series.size() > chart_series_max) chart.series.resize(chart_series_max);
  if (chart.limit && !std::isfinite(*chart.limit)) chart.limit.reset();
  std::erase_if(chart.spans, [](const Span& span) {
    return !std::isfinite(span.from) || !std::isfinite(span.to);
  });
  if (chart.spans.size() > chart_spans_max) chart.spans.resize(chart_spans_max);
  std::size_t points = 0;
  for (Series& series : chart.series) {
    keep_finite(series.points);
    points += series.points.size();
  }
  if (points <= chart_points_max) return chart;
  for (Series& series : chart.series) {
    series.points = thinned(series.points, chart_points_max / chart.series.size());
  }
  return chart;
}

}  // namespace cutover::reports
