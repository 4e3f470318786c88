// Threshold: one condition on what a load measured, in k6's words (R4.3, R5.8, R6.5):
//
//   http_req_duration: p(95)<500        http_req_duration{tier:d1}: med<300
//   http_req_failed: rate<0.01          http_reqs{route:search,tier:kv}: count>100
//
// Durations are in milliseconds, rates are shares from 0 to 1 (of a counter: per second). Unlike
// k6's old export, a verdict of pass means good. Nothing measured is no pass: unknown.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "load/request.h"

namespace cutover::load {

// What is compared: of durations all but count and rate, of shares the rate, of counters both.
enum class Aggregate : std::uint8_t { avg, min, med, max, percentile, count, rate };

enum class Comparison : std::uint8_t { below, at_most, above, at_least, equal, not_equal };

// What a metric is, and so what can be asked of it.
enum class MetricKind : std::uint8_t { duration, share, counter };

struct MetricName {
  std::string_view name;
  MetricKind kind = MetricKind::duration;
  bool has_tags = false;            // it can be narrowed by {tier:...,route:...}
  bool only_in_simulation = false;  // what only whoever owns the services can see
  std::string_view meaning;
};
[[nodiscard]] const std::vector<MetricName>& metric_names();

// Which of the requests; an absent one means all.
struct Filter {
  std::optional<TierTag> tier;
  std::optional<Route> route;

  friend bool operator==(const Filter&, const Filter&) = default;
};

struct Threshold {
  std::string metric;  // one of metric_names()
  Filter filter;
  Aggregate aggregate = Aggregate::percentile;
  double percent = 0;  // of a percentile
  Comparison comparison = Comparison::below;
  double limit = 0;

  friend bool operator==(const Threshold&, const Threshold&) = default;
};

// `metric` with its filter, and the expression. The error says what is wrong and what could stand
// there; who calls adds file, line and key.
[[nodiscard]] tl::expected<Threshold, std::string> parse_threshold(std::string_view metric,
                                                                   std::string_view expression);

[[nodiscard]] std::string metric_text(const Threshold& threshold);     // "http_reqs{tier:d1}"
[[nodiscard]] std::string condition_text(const Threshold& threshold);  // "p(95)<500"
[[nodiscard]] bool holds(const Threshold& threshold, double measured);

}  // namespace cutover::load
