// What is drawn while a load runs: which book, and how long a call takes. Each draw takes one
// random number, so that the sequence of one stream is easy to follow.
#pragma once

#include <cstdint>
#include <vector>

#include "core/ports/outcome.h"
#include "core/ports/random.h"

namespace cutover::load {

// Zipf's law: the item of rank r (from 1) is asked for in proportion to 1 / r^exponent.
class Zipf {
 public:
  // `items` at least 1; exponent 0 (all alike) to 5.
  Zipf(std::size_t items, double exponent);

  // An index from 0, the most popular first.
  [[nodiscard]] std::size_t draw(RandomStream& random) const;
  [[nodiscard]] double share(std::size_t index) const;  // of all draws

 private:
  std::vector<double> up_to_;  // cumulated weights; the last is 1
};

// A call's time by its median and 95th percentile: lognormal, as response times mostly are.
struct LatencyPair {
  Duration median{0};
  Duration p95{0};

  friend bool operator==(const LatencyPair&, const LatencyPair&) = default;
};

// 4,096 equally likely values of that distribution. So it ends at its 99.99th percentile, and a
// draw is a look into a table.
class Lognormal {
 public:
  // p95 at least the median; a median of zero is always zero.
  explicit Lognormal(const LatencyPair& pair);

  [[nodiscard]] Duration draw(RandomStream& random) const;

 private:
  std::vector<Duration> values_;
};

// The standard normal distribution's quantile, for 0 < p < 1; the error is below 1e-6.
[[nodiscard]] double normal_quantile(double p);

}  // namespace cutover::load
