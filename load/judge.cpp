// Thresholds against what was measured.

#include <algorithm>
#include <cmath>

#include "load/summary.h"

namespace cutover::load {
namespace {

using reports::Verdict;

double ms(Duration duration) {
  return static_cast<double>(duration.count()) / 1000;
}

std::optional<double> of_histogram(const Histogram& histogram, const Threshold& threshold) {
  if (threshold.aggregate == Aggregate::count) return static_cast<double>(histogram.count());
  if (histogram.count() == 0) return std::nullopt;
  switch (threshold.aggregate) {
    case Aggregate::avg: return histogram.mean_ms();
    case Aggregate::min: return ms(histogram.min());
    case Aggregate::med: return ms(histogram.percentile(50));
    case Aggregate::max: return ms(histogram.max());
    case Aggregate::percentile: return ms(histogram.percentile(threshold.percent));
    default: return std::nullopt;
  }
}

std::optional<double> share(std::uint64_t part, std::uint64_t whole) {
  if (whole == 0) return std::nullopt;
  return static_cast<double>(part) / static_cast<double>(whole);
}

std::optional<double> of_counter(double count, const Threshold& threshold, Duration elapsed) {
  if (threshold.aggregate == Aggregate::count) return count;
  if (elapsed <= Duration{0}) return std::nullopt;
  return count / std::chrono::duration<double>(elapsed).count();
}

std::optional<double> of_services(const Services& services, const Threshold& threshold,
                                  Duration elapsed) {
  const std::string& name = threshold.metric;
  if (name == "d1_query_duration") return of_histogram(services.d1_calls, threshold);
  const Usage& used = services.used;
  std::int64_t count = 0;
  if (name == "d1_queries") count = used.d1_queries;
  if (name == "d1_rows_read") count = used.d1_rows_read;
  if (name == "d1_rows_written") count = used.d1_rows_written;
  if (name == "kv_reads") count = used.kv_reads;
  if (name == "kv_writes") count = used.kv_writes;
  if (name == "provider_calls") count = used.provider_calls;
  return of_counter(static_cast<double>(count), threshold, elapsed);
}

bool is_of_services(const std::string& name) {
  const auto& all = metric_names();
  return std::any_of(all.begin(), all.end(), [&](const MetricName& metric) {
    return metric.name == name && metric.only_in_simulation;
  });
}

std::optional<double> margin_of(const Threshold& threshold, double measured) {
  if (threshold.limit == 0) return std::nullopt;
  const double left = (threshold.limit - measured) / std::abs(threshold.limit);
  switch (threshold.comparison) {
    case Comparison::below:
    case Comparison::at_most: return left;
    case Comparison::above:
    case Comparison::at_least: return -left;
    default: return std::nullopt;
  }
}

}  // namespace

std::optional<double> measure(const Result& result, const Threshold& threshold) {
  const Measured& measured = result.measured;
  const std::string& name = threshold.metric;
  if (is_of_services(name)) {
    if (!result.services) return std::nullopt;
    return of_services(*result.services, threshold, measured.elapsed);
  }
  const Cell cell = measured.all(threshold.filter);
  const std::uint64_t requests = cell.duration.count();
  if (name == "http_req_duration") return of_histogram(cell.duration, threshold);
  if (name == "http_req_service") return of_histogram(cell.service, threshold);
  if (name == "http_req_failed") return share(cell.failed, requests);
  if (name == "checks") {
    CheckCount all;
    for (const CheckCount& check : measured.checks) {
      all.passes += check.passes;
      all.fails += check.fails;
    }
    return share(all.passes, all.passes + all.fails);
  }
  if (name == "kv_hits") {
    const Slice total = measured.total();
    return share(total.from_kv, total.found);
  }
  double count = static_cast<double>(requests);
  if (name == "iterations") count = static_cast<double>(measured.iterations);
  if (name == "data_received") count = static_cast<double>(measured.bytes);
  return of_counter(count, threshold, measured.elapsed);
}

std::vector<Judgement> judge(const Result& result, std::span<const Threshold> thresholds) {
  std::vector<Judgement> judgements;
  for (const Threshold& threshold : thresholds) {
    Judgement judgement{threshold, measure(result, threshold), std::nullopt, Verdict::unknown};
    if (judgement.measured) {
      judgement.margin = margin_of(threshold, *judgement.measured);
      judgement.verdict = holds(threshold, *judgement.measured) ? Verdict::pass : Verdict::fail;
    }
    judgements.push_back(std::move(judgement));
  }
  return judgements;
}

Verdict verdict_of(const Result& result, std::span<const Judgement> judgements) {
  const auto is = [](Verdict verdict) {
    return [verdict](const Judgement& judgement) { return judgement.verdict == verdict; };
  };
  if (std::any_of(judgements.begin(), judgements.end(), is(Verdict::fail))) return Verdict::fail;
  if (result.measured.interrupted || result.measured.iterations == 0) return Verdict::unknown;
  const bool open = std::any_of(judgements.begin(), judgements.end(), is(Verdict::unknown));
  return open ? Verdict::unknown : Verdict::pass;
}

}  // namespace cutover::load
