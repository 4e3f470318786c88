#include "golive/window.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <map>
#include <string>

namespace cutover::golive {
namespace {

using Series = std::pair<std::string_view, Labels>;

bool counts_up(std::string_view name) {
  for (const std::string_view end : {"_total", "_bucket", "_count", "_sum"}) {
    if (name.ends_with(end)) return true;
  }
  return false;
}

// The upper bound of a bucket; nothing when it is none.
std::optional<double> bound_of(const Labels& labels) {
  const std::string_view text = label(labels, "le");
  if (text == "+Inf") return std::numeric_limits<double>::infinity();
  double bound = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), bound);
  if (error != std::errc() || end != text.data() + text.size() || std::isnan(bound)) {
    return std::nullopt;
  }
  return bound;
}

}  // namespace

std::string_view label(const Labels& labels, const std::string& name) {
  const auto found = labels.find(name);
  return found == labels.end() ? std::string_view() : found->second;
}

Window::Window(std::vector<Sample> after) : grown_(std::move(after)) {}

Window::Window(std::vector<Sample> after, const std::vector<Sample>& before)
    : grown_(std::move(after)) {
  std::map<Series, double> earlier;
  for (const Sample& sample : before) {
    if (counts_up(sample.name)) earlier.emplace(Series{sample.name, sample.labels}, sample.value);
  }
  std::map<Series, double> now;
  for (const Sample& sample : grown_) now.emplace(Series{sample.name, sample.labels}, sample.value);
  restarted_ = std::any_of(earlier.begin(), earlier.end(), [&](const auto& one) {
    const auto found = now.find(one.first);
    return one.second > 0 && (found == now.end() || found->second < one.second);
  });
  if (restarted_) return;
  for (Sample& sample : grown_) {
    const auto found = earlier.find(Series{sample.name, sample.labels});
    if (found != earlier.end()) sample.value -= found->second;
  }
}

bool Window::has(std::string_view name, const Which& which) const {
  return std::any_of(grown_.begin(), grown_.end(), [&](const Sample& sample) {
    return sample.name == name && which(sample.labels);
  });
}

double Window::growth(std::string_view name, const Which& which) const {
  double sum = 0;
  for (const Sample& sample : grown_) {
    if (sample.name == name && which(sample.labels)) sum += sample.value;
  }
  return sum;
}

std::optional<Quantile> Window::quantile(std::string_view histogram, double share,
                                         const Which& which) const {
  const std::string name = std::string(histogram) + "_bucket";
  std::map<double, double> up_to;  // bound -> observations at most so large
  for (const Sample& sample : grown_) {
    if (sample.name != name || !which(sample.labels)) continue;
    if (const auto bound = bound_of(sample.labels)) up_to[*bound] += sample.value;
  }
  if (up_to.empty() || up_to.rbegin()->second <= 0) return std::nullopt;
  const double wanted = share * up_to.rbegin()->second;
  double low = 0;
  double below = 0;
  for (const auto& [high, count] : up_to) {
    if (count >= wanted && count > below) {
      const double part = std::isinf(high) ? 0 : (high - low) * (wanted - below) / (count - below);
      return Quantile{low, high, low + part};
    }
    low = high;
    below = count;
  }
  return std::nullopt;  // buckets that do not add up
}

}  // namespace cutover::golive
