// Histogram: how often each latency occurred, in buckets whose width grows with the value.
//
// Below 1,024 us each microsecond has its bucket; above, every power of two is cut into 512. So a
// percentile is never below the true value, and at most relative_error above it. Merging adds
// counts: the histogram of two halves is the histogram of the whole, which percentiles are not.
// (The layout is HdrHistogram's; Debian has no library of it for C++.)
//
// A plain value; no locks. Memory: 8 bytes per bucket up to the largest value, 30 KiB for 50 ms.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/ports/outcome.h"

namespace cutover::load {

class Histogram {
 public:
  static constexpr double relative_error = 1.0 / 512;
  static constexpr Duration largest = std::chrono::hours(19);  // what is longer counts as this

  // Negative values count as zero.
  void add(Duration value);
  void merge(const Histogram& other);

  [[nodiscard]] std::uint64_t count() const { return count_; }
  [[nodiscard]] Duration min() const { return min_; }  // exact; zero when empty, as all below
  [[nodiscard]] Duration max() const { return max_; }  // exact
  [[nodiscard]] double mean_ms() const;                // exact

  // The smallest bucket's upper end such that `percent` of the values are not above it; 0 to 100.
  [[nodiscard]] Duration percentile(double percent) const;

  // The buckets that are not empty, ascending: what to store when percentiles are to be derived
  // later.
  struct Bar {
    Duration up_to{0};  // included
    std::uint64_t count = 0;

    friend bool operator==(const Bar&, const Bar&) = default;
  };
  [[nodiscard]] std::vector<Bar> bars() const;

 private:
  std::vector<std::uint64_t> counts_;
  std::uint64_t count_ = 0;
  std::int64_t sum_micros_ = 0;
  Duration min_{0};
  Duration max_{0};
};

}  // namespace cutover::load
