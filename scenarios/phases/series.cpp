#include "scenarios/phases/series.h"

#include <algorithm>
#include <charconv>
#include <string_view>

namespace cutover::scenarios {
namespace {

// "phase=d1_reads percent=25 revision=7"
int percent_in(std::string_view fields) {
  if (fields.find("phase=d1 ") != std::string_view::npos) return 100;
  constexpr std::string_view name = "percent=";
  const std::size_t at = fields.find(name);
  int percent = 0;
  if (at != std::string_view::npos) {
    std::from_chars(fields.data() + at + name.size(), fields.data() + fields.size(), percent);
  }
  return percent;
}

}  // namespace

std::vector<Bucket> series_of(const Meter& meter, const TimeSpan& span, Duration length) {
  std::vector<Bucket> buckets;
  std::optional<int> percent;
  auto notice = meter.notices().begin();
  for (Duration from = span.from; from < span.until; from += length) {
    const TimeSpan within{from, std::min(from + length, span.until)};
    for (; notice != meter.notices().end() && notice->at < within.until; ++notice) {
      if (notice->name == "rollout.changed") percent = percent_in(notice->fields);
    }
    buckets.push_back({from, meter.figures(within), percent});
  }
  return buckets;
}

}  // namespace cutover::scenarios
