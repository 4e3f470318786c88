#include "load/result.h"

namespace cutover::load {

Usage operator-(const Usage& more, const Usage& less) {
  Usage difference;
  for (const auto field : {&Usage::kv_reads, &Usage::kv_writes, &Usage::kv_deletes,
                           &Usage::kv_lists, &Usage::d1_queries, &Usage::d1_rows_read,
                           &Usage::d1_rows_written, &Usage::provider_calls}) {
    difference.*field = more.*field - less.*field;
  }
  return difference;
}

std::vector<Point> points_of(const Result& result) {
  std::vector<Point> points;
  const Measured& measured = result.measured;
  for (std::size_t i = 0; i < measured.series.size(); ++i) {
    const Slice& slice = measured.series[i];
    Point point;
    point.from = measured.slice * static_cast<std::int64_t>(i);
    point.length = measured.slice;
    point.requests = slice.requests;
    point.p50 = slice.duration.percentile(50);
    point.p95 = slice.duration.percentile(95);
    if (slice.requests > 0) {
      point.error_rate = static_cast<double>(slice.failed) / static_cast<double>(slice.requests);
    }
    if (slice.found > 0) {
      point.hit_rate = static_cast<double>(slice.from_kv) / static_cast<double>(slice.found);
    }
    if (result.services && i < result.services->series.size()) {
      point.used = result.services->series[i];
      point.d1_percent = result.services->d1_percent[i];
    }
    points.push_back(std::move(point));
  }
  return points;
}

}  // namespace cutover::load
