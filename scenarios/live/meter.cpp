#include "scenarios/live/meter.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "fakes/sim/sanitizers.h"

namespace cutover::scenarios {
namespace {

double ms(Duration duration) {
  return std::chrono::duration<double, std::milli>(duration).count();
}

std::optional<double> percent_of(std::int64_t part, std::int64_t whole) {
  if (whole == 0) return std::nullopt;
  return 100.0 * static_cast<double>(part) / static_cast<double>(whole);
}

// The number after "micros=" in a telemetry event's fields.
std::int64_t micros_in(std::string_view fields) {
  constexpr std::string_view name = "micros=";
  const std::size_t at = fields.find(name);
  std::int64_t micros = 0;
  if (at != std::string_view::npos) {
    std::from_chars(fields.data() + at + name.size(), fields.data() + fields.size(), micros);
  }
  return micros;
}

bool is_notice(std::string_view name) {
  return name == "guard.finding" || name == "breaker.changed" || name == "rollout.changed" ||
         name == "rollout.change_failed" || name == "lookup.shadow";
}

}  // namespace

void Meter::note(const Sample& sample) {
  const sim::Quiet quiet;
  samples_.push_back(sample);
}

void Meter::happened(const sim::EventView& event) {
  if (event.kind != sim::EventKind::telemetry) return;
  if (event.what == "d1.call") {
    d1_calls_.push_back({event.at, Duration(micros_in(event.result)),
                         event.result.find("ok=1") != std::string_view::npos});
  } else if (is_notice(event.what)) {
    notices_.push_back(
        {event.at, event.process, std::string(event.what), std::string(event.result)});
  }
}

Figures Meter::figures(const TimeSpan& span) const {
  Figures figures;
  std::vector<double> all;
  std::vector<double> cached;
  std::vector<double> from_d1;
  std::int64_t searched = 0;
  std::int64_t hits = 0;
  for (const Sample& sample : samples_) {
    if (!span.has(sample.at)) continue;
    figures.requests += 1;
    figures.server_errors += sample.status >= 500 ? 1 : 0;
    figures.wrong += sample.wrong ? 1 : 0;
    figures.known_unanswered += sample.known_book && sample.status >= 500 ? 1 : 0;
    all.push_back(ms(sample.took));
    if (sample.asked != Asked::search) continue;
    searched += 1;
    if (sample.source == Source::cache) {
      hits += 1;
      cached.push_back(ms(sample.took));
    }
    if (sample.source == Source::d1) {
      figures.d1_answers += 1;
      from_d1.push_back(ms(sample.took));
    }
  }
  std::vector<double> calls;
  std::int64_t well = 0;
  for (const D1Call& call : d1_calls_) {
    if (!span.has(call.at)) continue;
    calls.push_back(ms(call.took));
    well += call.ok ? 1 : 0;
  }
  figures.d1_calls = static_cast<std::int64_t>(calls.size());
  figures.error_rate = percent_of(figures.server_errors, figures.requests);
  figures.p50 = percentile(all, 50);
  figures.p95 = percentile(std::move(all), 95);
  figures.p50_cached = percentile(std::move(cached), 50);
  figures.p50_d1 = percentile(std::move(from_d1), 50);
  figures.d1_p95 = percentile(std::move(calls), 95);
  figures.d1_success = percent_of(well, figures.d1_calls);
  figures.hit_rate = percent_of(hits, searched);
  return figures;
}

std::optional<Duration> Meter::first(std::string_view name, std::string_view text,
                                     const TimeSpan& span) const {
  for (const Notice& notice : notices_) {
    if (span.has(notice.at) && notice.name == name &&
        notice.fields.find(text) != std::string::npos) {
      return notice.at;
    }
  }
  return std::nullopt;
}

std::optional<double> percentile(std::vector<double> values, int percent) {
  if (values.empty()) return std::nullopt;
  const std::size_t rank =
      (values.size() * static_cast<std::size_t>(percent) + 99) / 100;  // from 1
  const auto place =
      values.begin() + static_cast<std::ptrdiff_t>(std::max<std::size_t>(1, rank) - 1);
  std::nth_element(values.begin(), place, values.end());
  return *place;
}

}  // namespace cutover::scenarios
