#include "load/histogram.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace cutover::load {
namespace {

constexpr std::uint64_t exact_below = 1024;  // microseconds
constexpr unsigned exact_bits = 10;
constexpr std::uint64_t cuts = exact_below / 2;  // of each power of two above

std::size_t bucket_of(std::uint64_t micros) {
  if (micros < exact_below) return micros;
  const auto shift = static_cast<unsigned>(std::bit_width(micros)) - exact_bits;
  return shift * cuts + (micros >> shift);
}

// The largest value of a bucket.
Duration end_of(std::size_t bucket) {
  if (bucket < exact_below) return Duration(static_cast<std::int64_t>(bucket));
  const std::uint64_t shift = bucket / cuts - 1;
  const std::uint64_t top = bucket - shift * cuts;
  return Duration(static_cast<std::int64_t>(((top + 1) << shift) - 1));
}

}  // namespace

void Histogram::add(Duration value) {
  value = std::clamp(value, Duration{0}, largest);
  const std::size_t bucket = bucket_of(static_cast<std::uint64_t>(value.count()));
  if (bucket >= counts_.size()) counts_.resize(bucket + 1);
  counts_[bucket] += 1;
  min_ = count_ == 0 ? value : std::min(min_, value);
  max_ = std::max(max_, value);
  count_ += 1;
  sum_micros_ += value.count();
}

void Histogram::merge(const Histogram& other) {
  if (other.count_ == 0) return;
  if (other.counts_.size() > counts_.size()) counts_.resize(other.counts_.size());
  for (std::size_t i = 0; i < other.counts_.size(); ++i) counts_[i] += other.counts_[i];
  min_ = count_ == 0 ? other.min_ : std::min(min_, other.min_);
  max_ = std::max(max_, other.max_);
  count_ += other.count_;
  sum_micros_ += other.sum_micros_;
}

double Histogram::mean_ms() const {
  if (count_ == 0) return 0;
  return static_cast<double>(sum_micros_) / static_cast<double>(count_) / 1000;
}

Duration Histogram::percentile(double percent) const {
  if (count_ == 0) return Duration{0};
  const double wanted =
      std::ceil(std::clamp(percent, 0.0, 100.0) / 100 * static_cast<double>(count_));
  const auto rank = std::clamp(static_cast<std::uint64_t>(wanted), std::uint64_t{1}, count_);
  std::uint64_t seen = 0;
  for (std::size_t i = 0; i < counts_.size(); ++i) {
    seen += counts_[i];
    if (seen >= rank) return std::clamp(end_of(i), min_, max_);
  }
  return max_;
}

std::vector<Histogram::Bar> Histogram::bars() const {
  std::vector<Bar> result;
  for (std::size_t i = 0; i < counts_.size(); ++i) {
    if (counts_[i] > 0) result.push_back({end_of(i), counts_[i]});
  }
  return result;
}

}  // namespace cutover::load
