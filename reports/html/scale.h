// The ground of a chart: what part of the plane it shows, and where that is drawn.
#pragma once

#include <vector>

#include "reports/chart.h"

namespace cutover::reports {

// One axis: numbers to places. `from` may be greater than `to` (y grows upwards, places downwards).
class Scale {
 public:
  Scale(double low, double high, double from, double to);

  [[nodiscard]] double place(double number) const;
  [[nodiscard]] double low() const { return low_; }
  [[nodiscard]] double high() const { return high_; }

 private:
  double low_;
  double high_;
  double from_;
  double to_;
};

struct Range {
  double low = 0;
  double high = 1;
};

// What the x values and shaded spans cover, and what the y values and the limit cover together with
// 0. Never empty: a single value gets some room.
[[nodiscard]] Range x_range(const Chart& chart);
[[nodiscard]] Range y_range(const Chart& chart);

// The different x values of all series, rising.
[[nodiscard]] std::vector<double> x_values(const Chart& chart);

}  // namespace cutover::reports
