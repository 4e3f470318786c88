// RollbackGuard: the plan's rollback criteria and alerts, measured on live traffic (R5.6, R5.7).
//
//   rollback     error_rate      the API's errors above 1 % for 5 minutes
//   rollback     latency_p95     p95 latency above 1,000 ms for 5 minutes
//   rollback     d1_failures     D1 failures above 5 % for 1 minute, refused calls included (errors
//                                that the fallback to KV hides: F14)
//   rollback     error_spike     errors above 1 % in the last minute, and more than
//                                `spike_errors_min` of them
//   stop_writes  inconsistency   a data inconsistency was found
//   notify       server_errors   more than 10 answers 5xx in the last minute
//   notify       d1_failing      any D1 failure in the last minute
//   notify       latency_spike   p95 above 1 s in the last minute
//
// Each on its own window of whole seconds, the present one included. "For 5 minutes" means that the
// window of 5 minutes as a whole is above the limit and holds at least `volume_min` requests spread
// over at least 4 of its minutes, so that one burst after silence is not five minutes of trouble.
// "For 1 minute" means that the minute as a whole is above the limit, and that at least 4 of its 6
// tens of seconds hold a failed call: a breaker that opens once, for ten seconds, is not a minute
// of trouble. A rate or a p95 needs `volume_min` calls in its window.
//
// Latencies are counted in buckets at most 5 % wide, and the limit is the edge of one: whether the
// p95 is above it is exact, what is reported is up to 5 % above the truth (from 1 ms up to about 60
// times the limit). Memory is bounded: at most 300 seconds of about 1 KiB each.
//
// Pure: it is given the time, has no lock and never switches. docs/ROLLOUT.md has the decision
// table and the reaction times.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "core/ports/outcome.h"

namespace cutover::rollout {

struct GuardOptions {
  double error_percent = 1;
  Duration latency_p95 = std::chrono::milliseconds(1000);  // at least 1 ms
  double d1_failure_percent = 5;
  std::int64_t server_errors_a_minute = 10;
  std::int64_t spike_errors_min = 10;
  std::int64_t volume_min = 20;
};

enum class GuardAction : std::uint8_t { notify, stop_writes, rollback };
[[nodiscard]] std::string_view name_of(GuardAction action);

struct GuardFinding {
  std::string_view criterion;  // static: error_rate, latency_p95, d1_failures, error_spike, ...
  GuardAction action = GuardAction::notify;
  double measured = 0;
  double limit = 0;
  std::string_view unit;  // static: "%", "ms", "a minute", "keys"
  Duration since{0};      // the evaluation from which on the criterion was met without a break

  friend bool operator==(const GuardFinding&, const GuardFinding&) = default;
};

class RollbackGuard {
 public:
  explicit RollbackGuard(const GuardOptions& options);

  // `now` never goes back. A request counts as an error when the server failed (5xx).
  void request(Duration now, bool server_error, Duration latency);
  void d1_call(Duration now, bool ok, Duration latency);
  void inconsistency(Duration now, std::int64_t keys);  // stands until inconsistency_resolved()
  void inconsistency_resolved();

  // What is met now, the gravest first. Also keeps the `since` of each criterion. A pass over at
  // most 300 seconds: call it once a second.
  [[nodiscard]] std::vector<GuardFinding> evaluate(Duration now);

  // Starts anew, as after a rollback: what was measured before says nothing of the new order. An
  // inconsistency stands.
  void reset(Duration now);

 private:
  // One second of traffic; seconds without any are not kept.
  struct Second {
    std::int64_t second = 0;
    std::int64_t requests = 0;
    std::int64_t errors = 0;
    std::int64_t d1_calls = 0;
    std::int64_t d1_failures = 0;
    std::vector<std::uint32_t> latencies;  // of requests, by bucket
  };
  // The sum of the last so many seconds.
  struct Window {
    std::int64_t requests = 0;
    std::int64_t errors = 0;
    std::int64_t d1_calls = 0;
    std::int64_t d1_failures = 0;
    int parts_with_requests = 0;     // of its minutes
    int parts_with_d1_failures = 0;  // of its tens of seconds
    const std::vector<std::int64_t>* latencies = nullptr;
  };
  // The latencies of the last so many seconds, kept up to date: adding up all buckets of 300
  // seconds anew each second was a sixth of the work of a simulated day.
  struct Sliding {
    std::int64_t seconds = 0;
    std::size_t first = 0;  // in seconds_: the oldest one that is in it
    std::vector<std::int64_t> latencies = {};
  };
  Second& second_at(Duration now);
  void forget(Duration now);
  void slide(Sliding& sliding, std::int64_t newest);
  [[nodiscard]] Window window(Duration now, const Sliding& sliding) const;
  [[nodiscard]] std::size_t bucket_of(Duration latency) const;
  [[nodiscard]] Duration p95(const Window& window) const;
  [[nodiscard]] std::vector<GuardFinding> criteria_met(Duration now) const;

  GuardOptions options_;
  std::vector<Duration> edges_;  // the upper edge of each bucket, included; the last has none
  std::deque<Second> seconds_;
  Sliding minute_;
  Sliding five_minutes_;
  std::vector<GuardFinding> standing_;
  std::int64_t inconsistent_keys_ = 0;
};

}  // namespace cutover::rollout
