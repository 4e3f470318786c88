#include "load/distributions.h"

#include <algorithm>
#include <cmath>

#include "core/ports/check.h"

namespace cutover::load {
namespace {

constexpr std::size_t lognormal_values = 4096;
constexpr double z_of_p95 = 1.6448536269514722;

// Uniform in [0, 1): the 53 bits that a double holds.
double uniform(RandomStream& random) {
  return static_cast<double>(random.next() >> 11) * 0x1.0p-53;
}

double normal_below(double z) {
  return 0.5 * std::erfc(-z / std::sqrt(2.0));
}

}  // namespace

Zipf::Zipf(std::size_t items, double exponent) {
  CUTOVER_CHECK(items > 0, "there must be something to choose from");
  up_to_.reserve(items);
  double sum = 0;
  for (std::size_t rank = 1; rank <= items; ++rank) {
    sum += std::pow(static_cast<double>(rank), -exponent);
    up_to_.push_back(sum);
  }
  for (double& value : up_to_) value /= sum;
}

std::size_t Zipf::draw(RandomStream& random) const {
  const auto found = std::upper_bound(up_to_.begin(), up_to_.end(), uniform(random));
  return std::min(static_cast<std::size_t>(found - up_to_.begin()), up_to_.size() - 1);
}

double Zipf::share(std::size_t index) const {
  return index == 0 ? up_to_[0] : up_to_[index] - up_to_[index - 1];
}

Lognormal::Lognormal(const LatencyPair& pair) {
  CUTOVER_CHECK(pair.p95 >= pair.median, "a 95th percentile is not below the median");
  values_.assign(lognormal_values, pair.median);
  if (pair.median <= Duration{0}) return;
  const auto median = static_cast<double>(pair.median.count());
  const double sigma = std::log(static_cast<double>(pair.p95.count()) / median) / z_of_p95;
  for (std::size_t i = 0; i < lognormal_values; ++i) {
    const double p = (static_cast<double>(i) + 0.5) / lognormal_values;
    values_[i] = Duration(std::llround(median * std::exp(sigma * normal_quantile(p))));
  }
}

Duration Lognormal::draw(RandomStream& random) const {
  return values_[random.next() % values_.size()];
}

// Bisection: it is asked for a few thousand values, once.
double normal_quantile(double p) {
  double low = -10;
  double high = 10;
  while (high - low > 1e-9) {
    const double middle = (low + high) / 2;
    (normal_below(middle) < p ? low : high) = middle;
  }
  return (low + high) / 2;
}

}  // namespace cutover::load
