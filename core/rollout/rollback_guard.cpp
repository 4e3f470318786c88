#include "core/rollout/rollback_guard.h"

#include <algorithm>
#include <bit>

#include "core/ports/check.h"

namespace cutover::rollout {
namespace {

constexpr std::int64_t minute = 60;
constexpr std::int64_t five_minutes = 300;
constexpr int minutes_needed = 4;  // of 5
constexpr std::int64_t tens_of_seconds = 10;
constexpr int tens_needed = 4;  // of 6
constexpr Duration finest = std::chrono::milliseconds(1);
constexpr std::int64_t coarsest_factor = 60;

std::int64_t second_of(Duration now) {
  return std::chrono::floor<std::chrono::seconds>(now).count();
}

// Edges 5 % apart, with `limit` among them.
std::vector<Duration> edges_around(Duration limit) {
  std::vector<Duration> edges = {limit};
  while (edges.back() > finest) edges.push_back(Duration((edges.back().count() * 20 + 20) / 21));
  std::reverse(edges.begin(), edges.end());
  while (edges.back() < limit * coarsest_factor) {
    edges.push_back(Duration(edges.back().count() * 21 / 20));
  }
  return edges;
}

double percent_of(std::int64_t part, std::int64_t whole) {
  return whole == 0 ? 0 : static_cast<double>(part) * 100.0 / static_cast<double>(whole);
}

double milliseconds_of(Duration duration) {
  return static_cast<double>(duration.count()) / 1000.0;
}

}  // namespace

std::string_view name_of(GuardAction action) {
  switch (action) {
    case GuardAction::notify: return "notify";
    case GuardAction::stop_writes: return "stop_writes";
    case GuardAction::rollback: return "rollback";
  }
  return "?";
}

RollbackGuard::RollbackGuard(const GuardOptions& options) : options_(options) {
  CUTOVER_CHECK(options.latency_p95 >= finest, "latencies are told apart from 1 ms on");
  edges_ = edges_around(options.latency_p95);
  reset(Duration{0});
}

void RollbackGuard::request(Duration now, bool server_error, Duration latency) {
  Second& second = second_at(now);
  second.requests += 1;
  second.errors += server_error ? 1 : 0;
  const std::size_t bucket = bucket_of(latency);
  second.latencies[bucket] += 1;
  minute_.latencies[bucket] += 1;
  five_minutes_.latencies[bucket] += 1;
}

void RollbackGuard::d1_call(Duration now, bool ok, Duration /*latency*/) {
  Second& second = second_at(now);
  second.d1_calls += 1;
  second.d1_failures += ok ? 0 : 1;
}

void RollbackGuard::inconsistency(Duration /*now*/, std::int64_t keys) {
  inconsistent_keys_ = std::max(inconsistent_keys_, keys);
}

void RollbackGuard::inconsistency_resolved() {
  inconsistent_keys_ = 0;
}

std::vector<GuardFinding> RollbackGuard::evaluate(Duration now) {
  forget(now);
  std::vector<GuardFinding> met = criteria_met(now);
  for (GuardFinding& finding : met) {
    const auto before = std::find_if(
        standing_.begin(), standing_.end(),
        [&](const GuardFinding& standing) { return standing.criterion == finding.criterion; });
    finding.since = before == standing_.end() ? now : before->since;
  }
  standing_ = met;
  return met;
}

void RollbackGuard::reset(Duration /*now*/) {
  seconds_.clear();
  minute_ = {minute, 0, std::vector<std::int64_t>(edges_.size() + 1)};
  five_minutes_ = {five_minutes, 0, std::vector<std::int64_t>(edges_.size() + 1)};
  standing_.erase(std::remove_if(standing_.begin(), standing_.end(),
                                 [](const GuardFinding& finding) {
                                   return finding.action != GuardAction::stop_writes;
                                 }),
                  standing_.end());
}

RollbackGuard::Second& RollbackGuard::second_at(Duration now) {
  const std::int64_t second = second_of(now);
  if (seconds_.empty() || seconds_.back().second != second) {
    forget(now);
    seconds_.push_back(
        {second, 0, 0, 0, 0, std::vector<std::uint32_t>(edges_.size() + 1, std::uint32_t{0})});
  }
  return seconds_.back();
}

void RollbackGuard::forget(Duration now) {
  const std::int64_t newest = second_of(now);
  slide(minute_, newest);
  slide(five_minutes_, newest);
  while (!seconds_.empty() && seconds_.front().second <= newest - five_minutes) {
    seconds_.pop_front();
    minute_.first -= 1;
    five_minutes_.first -= 1;
  }
}

// Takes out what has become too old.
void RollbackGuard::slide(Sliding& sliding, std::int64_t newest) {
  for (; sliding.first < seconds_.size(); ++sliding.first) {
    const Second& oldest = seconds_[sliding.first];
    if (newest - oldest.second < sliding.seconds) return;
    for (std::size_t i = 0; i < oldest.latencies.size(); ++i) {
      sliding.latencies[i] -= oldest.latencies[i];
    }
  }
}

RollbackGuard::Window RollbackGuard::window(Duration now, const Sliding& sliding) const {
  Window sum;
  sum.latencies = &sliding.latencies;
  const std::int64_t newest = second_of(now);
  std::uint64_t minutes = 0;
  std::uint64_t tens = 0;
  for (std::size_t i = sliding.first; i < seconds_.size(); ++i) {
    const Second& second = seconds_[i];
    const std::int64_t age = newest - second.second;
    sum.requests += second.requests;
    sum.errors += second.errors;
    sum.d1_calls += second.d1_calls;
    sum.d1_failures += second.d1_failures;
    if (second.requests > 0) minutes |= std::uint64_t{1} << (age / minute);
    if (second.d1_failures > 0) tens |= std::uint64_t{1} << (age / tens_of_seconds);
  }
  sum.parts_with_requests = std::popcount(minutes);
  sum.parts_with_d1_failures = std::popcount(tens);
  return sum;
}

std::size_t RollbackGuard::bucket_of(Duration latency) const {
  const auto edge = std::lower_bound(edges_.begin(), edges_.end(), latency);
  return static_cast<std::size_t>(edge - edges_.begin());
}

// The smallest latency that at least 95 % of the requests do not exceed, as its bucket's edge.
Duration RollbackGuard::p95(const Window& window) const {
  const std::int64_t rank = (window.requests * 95 + 99) / 100;
  std::int64_t seen = 0;
  for (std::size_t i = 0; i < edges_.size(); ++i) {
    seen += (*window.latencies)[i];
    if (seen >= rank) return edges_[i];
  }
  // Above the last edge: it is all that is known.
  return edges_.back() + Duration{1};
}

std::vector<GuardFinding> RollbackGuard::criteria_met(Duration now) const {
  const Window last = window(now, minute_);
  const Window five = window(now, five_minutes_);
  const bool is_enough = last.requests >= options_.volume_min;
  const bool is_enough_of_five =
      five.requests >= options_.volume_min && five.parts_with_requests >= minutes_needed;
  const double limit_p95 = milliseconds_of(options_.latency_p95);
  std::vector<GuardFinding> met;
  const auto check = [&](std::string_view criterion, GuardAction action, bool is_decidable,
                         double measured, double limit, std::string_view unit) {
    if (is_decidable && measured > limit) {
      met.push_back({criterion, action, measured, limit, unit, Duration{0}});
    }
  };
  check("error_rate", GuardAction::rollback, is_enough_of_five,
        percent_of(five.errors, five.requests), options_.error_percent, "%");
  check("latency_p95", GuardAction::rollback, is_enough_of_five, milliseconds_of(p95(five)),
        limit_p95, "ms");
  check("d1_failures", GuardAction::rollback,
        last.d1_calls >= options_.volume_min && last.parts_with_d1_failures >= tens_needed,
        percent_of(last.d1_failures, last.d1_calls), options_.d1_failure_percent, "%");
  check("error_spike", GuardAction::rollback, is_enough && last.errors > options_.spike_errors_min,
        percent_of(last.errors, last.requests), options_.error_percent, "%");
  check("inconsistency", GuardAction::stop_writes, true, static_cast<double>(inconsistent_keys_), 0,
        "keys");
  check("server_errors", GuardAction::notify, true, static_cast<double>(last.errors),
        static_cast<double>(options_.server_errors_a_minute), "a minute");
  check("d1_failing", GuardAction::notify, true, static_cast<double>(last.d1_failures), 0,
        "a minute");
  check("latency_spike", GuardAction::notify, is_enough, milliseconds_of(p95(last)), limit_p95,
        "ms");
  return met;
}

}  // namespace cutover::rollout
