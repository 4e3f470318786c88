#include "target/rate.h"

#include <algorithm>
#include <cmath>

namespace cutover::target {
namespace {

using reports::Verdict;

constexpr double chance_max = 0.05;
constexpr std::uint64_t seen_max = 1'000'000'000;

// The chance of at most `bad` among `of`, when each is bad with the chance `limit`.
double chance_of_so_few(std::uint64_t bad, std::uint64_t of, double limit) {
  const auto n = static_cast<double>(of);
  double sum = 0;
  for (std::uint64_t i = 0; i <= std::min(bad, of); ++i) {
    const auto k = static_cast<double>(i);
    sum += std::exp(std::lgamma(n + 1) - std::lgamma(k + 1) - std::lgamma(n - k + 1) +
                    k * std::log(limit) + (n - k) * std::log1p(-limit));
  }
  return sum;
}

}  // namespace

Verdict judge_rate(std::uint64_t bad, std::uint64_t of, double limit, bool whole) {
  if (of == 0) return Verdict::unknown;
  if (static_cast<double>(bad) >= limit * static_cast<double>(of)) return Verdict::fail;
  if (whole || chance_of_so_few(bad, of, limit) <= chance_max) return Verdict::pass;
  return Verdict::unknown;
}

std::uint64_t needed_for(std::uint64_t bad, double limit) {
  std::uint64_t enough = 1;
  while (enough < seen_max && chance_of_so_few(bad, enough, limit) > chance_max) enough *= 2;
  std::uint64_t few = enough / 2;  // too few, or 0
  while (enough - few > 1) {
    const std::uint64_t middle = few + (enough - few) / 2;
    (chance_of_so_few(bad, middle, limit) > chance_max ? few : enough) = middle;
  }
  return enough;
}

double percentile(std::vector<double> values, double part) {
  const auto count = static_cast<double>(values.size());
  const auto rank = static_cast<std::size_t>(std::ceil(part * count));
  const std::size_t index = std::min(values.size() - 1, rank == 0 ? 0 : rank - 1);
  std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(index),
                   values.end());
  return values[index];
}

}  // namespace cutover::target
