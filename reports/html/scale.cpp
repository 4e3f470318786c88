#include "reports/html/scale.h"

#include <algorithm>
#include <cmath>
#include <optional>

namespace cutover::reports {

namespace {

class Extent {
 public:
  void see(double number) {
    low_ = low_ ? std::min(*low_, number) : number;
    high_ = high_ ? std::max(*high_, number) : number;
  }

  [[nodiscard]] Range range() const {
    if (!low_) return {};
    if (*low_ < *high_) return {*low_, *high_};
    if (*low_ == 0) return {-1, 1};
    return {std::min(*low_ / 2, *low_), std::max(*low_ / 2, *low_)};
  }

 private:
  std::optional<double> low_;
  std::optional<double> high_;
};

}  // namespace

Scale::Scale(double low, double high, double from, double to)
    : low_(low), high_(high), from_(from), to_(to) {}

double Scale::place(double number) const {
  // Halves, so that the difference of two huge numbers stays finite.
  const double share = (number / 2 - low_ / 2) / (high_ / 2 - low_ / 2);
  return std::isfinite(share) ? from_ + std::clamp(share, 0.0, 1.0) * (to_ - from_) : from_;
}

Range x_range(const Chart& chart) {
  Extent extent;
  for (const Series& series : chart.series) {
    for (const Point& point : series.points) extent.see(point.x);
  }
  for (const Span& span : chart.spans) {
    extent.see(span.from);
    extent.see(span.to);
  }
  return extent.range();
}

Range y_range(const Chart& chart) {
  Extent extent;
  extent.see(0);
  if (chart.limit) extent.see(*chart.limit);
  for (const Series& series : chart.series) {
    for (const Point& point : series.points) {
      if (point.y) extent.see(*point.y);
    }
  }
  return extent.range();
}

std::vector<double> x_values(const Chart& chart) {
  std::vector<double> values;
  for (const Series& series : chart.series) {
    for (const Point& point : series.points) values.push_back(point.x);
  }
  std::sort(values.begin(), values.end());
  values.erase(std::unique(values.begin(), values.end()), values.end());
  return values;
}

}  // namespace cutover::reports
