#include "bench/samples.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <utility>

#include "core/ports/check.h"

namespace cutover::bench {
namespace {

constexpr std::size_t values_min = 8;  // of each side, for the normal approximation

double quantile(const std::vector<double>& sorted, double share) {
  const double at = share * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(at);
  const std::size_t above = std::min(below + 1, sorted.size() - 1);
  return sorted[below] + (at - static_cast<double>(below)) * (sorted[above] - sorted[below]);
}

}  // namespace

double median(std::vector<double> values) {
  CUTOVER_CHECK(!values.empty(), "there is no median of nothing");
  std::sort(values.begin(), values.end());
  return quantile(values, 0.5);
}

double relative_spread(std::vector<double> values) {
  CUTOVER_CHECK(!values.empty(), "there is no spread of nothing");
  std::sort(values.begin(), values.end());
  CUTOVER_CHECK(values.front() > 0, "a measured time or rate is above zero");
  return (quantile(values, 0.75) - quantile(values, 0.25)) / 2 / quantile(values, 0.5);
}

double rank_test(const std::vector<double>& left, const std::vector<double>& right) {
  if (left.size() < values_min || right.size() < values_min) return 1;
  std::vector<std::pair<double, bool>> all;  // the value; is it one of the left
  for (const double value : left) all.emplace_back(value, true);
  for (const double value : right) all.emplace_back(value, false);
  std::sort(all.begin(), all.end());

  // Equal values share the mean of their ranks.
  double ranks_of_left = 0;
  double ties = 0;
  for (std::size_t i = 0; i < all.size();) {
    std::size_t end = i;
    while (end < all.size() && all[end].first == all[i].first) ++end;
    const auto equal = static_cast<double>(end - i);
    const double rank = static_cast<double>(i) + (equal + 1) / 2;
    for (; i < end; ++i) ranks_of_left += all[i].second ? rank : 0;
    ties += equal * equal * equal - equal;
  }
  const auto n = static_cast<double>(left.size());
  const auto m = static_cast<double>(right.size());
  const double u = ranks_of_left - n * (n + 1) / 2;
  const double variance = n * m / 12 * ((n + m + 1) - ties / ((n + m) * (n + m - 1)));
  if (variance <= 0) return 1;  // all values are equal
  const double distance = std::max(0.0, std::abs(u - n * m / 2) - 0.5);
  return std::erfc(distance / std::sqrt(2 * variance));
}

}  // namespace cutover::bench
