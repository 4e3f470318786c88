// The rollback guard against a naive model that keeps every sample and sorts them.
#include "core/rollout/rollback_guard.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace cutover::rollout {
namespace {

struct Request {
  std::int64_t second = 0;
  bool error = false;
  std::int64_t micros = 0;
};
struct D1Call {
  std::int64_t second = 0;
  bool ok = true;
};

struct Model {
  GuardOptions options;
  std::vector<Request> requests;
  std::vector<D1Call> calls;
  std::int64_t inconsistent = 0;

  struct Sum {
    std::int64_t requests = 0, errors = 0, calls = 0, failures = 0, p95 = 0;
    std::set<std::int64_t> minutes, tens;
  };
  [[nodiscard]] Sum sum(std::int64_t now, std::int64_t seconds) const {
    Sum sum;
    std::vector<std::int64_t> latencies;
    for (const Request& request : requests) {
      if (request.second <= now - seconds) continue;
      sum.requests += 1;
      sum.errors += request.error ? 1 : 0;
      sum.minutes.insert((now - request.second) / 60);
      latencies.push_back(request.micros);
    }
    for (const D1Call& call : calls) {
      if (call.second <= now - seconds) continue;
      sum.calls += 1;
      sum.failures += call.ok ? 0 : 1;
      if (!call.ok) sum.tens.insert((now - call.second) / 10);
    }
    std::sort(latencies.begin(), latencies.end());
    if (!latencies.empty()) sum.p95 = latencies[(latencies.size() * 95 + 99) / 100 - 1];
    return sum;
  }

  // Measured values, exact; by criterion.
  [[nodiscard]] std::map<std::string, double> met(std::int64_t now) const {
    std::map<std::string, double> met;
    const Sum five = sum(now, 300);
    const Sum one = sum(now, 60);
    const auto percent = [](std::int64_t part, std::int64_t all) {
      return static_cast<double>(part) * 100.0 / static_cast<double>(all);
    };
    if (five.requests >= options.volume_min && five.minutes.size() >= 4) {
      if (five.errors * 100 > five.requests)
        met["error_rate"] = percent(five.errors, five.requests);
      if (five.p95 > 1'000'000) met["latency_p95"] = static_cast<double>(five.p95) / 1000;
    }
    if (one.calls >= options.volume_min && one.tens.size() >= 4 &&
        one.failures * 100 > 5 * one.calls) {
      met["d1_failures"] = percent(one.failures, one.calls);
    }
    if (one.requests >= options.volume_min) {
      if (one.errors > 10 && one.errors * 100 > one.requests) {
        met["error_spike"] = percent(one.errors, one.requests);
      }
      if (one.p95 > 1'000'000) met["latency_spike"] = static_cast<double>(one.p95) / 1000;
    }
    if (inconsistent > 0) met["inconsistency"] = static_cast<double>(inconsistent);
    if (one.errors > 10) met["server_errors"] = static_cast<double>(one.errors);
    if (one.failures > 0) met["d1_failing"] = static_cast<double>(one.failures);
    return met;
  }
};

void compare(const std::vector<GuardFinding>& found, const std::map<std::string, double>& met) {
  RC_ASSERT(found.size() == met.size());
  for (std::size_t i = 0; i < found.size(); ++i) {
    const auto expected = met.find(std::string(found[i].criterion));
    RC_ASSERT(expected != met.end());
    const bool is_latency = found[i].unit == "ms";
    RC_ASSERT(found[i].measured >= expected->second - 1e-6);
    if (!is_latency) RC_ASSERT(found[i].measured <= expected->second + 1e-6);
    if (is_latency && expected->second <= 60'000) {
      RC_ASSERT(found[i].measured <= expected->second * 1.05 + 1e-3);
    }
    if (i > 0) RC_ASSERT(found[i - 1].action >= found[i].action);
  }
}

RC_GTEST_PROP(Guard, FindsWhatAModelFindsThatKeepsEverySample, ()) {
  Model model;
  RollbackGuard guard(model.options);
  std::map<std::string, Duration> since;
  Duration now{*rc::gen::inRange<std::int64_t>(0, 5'000'000)};
  const int steps = *rc::gen::inRange(1, 60);
  for (int step = 0; step < steps; ++step) {
    now += Duration(*rc::gen::oneOf(
        rc::gen::inRange<std::int64_t>(0, 3'000'000), rc::gen::inRange<std::int64_t>(0, 20'000'000),
        rc::gen::element<std::int64_t>(1'000'000, 10'000'000, 59'000'000, 60'000'000, 61'000'000)));
    const std::int64_t second = now.count() / 1'000'000;
    const int requests = *rc::gen::inRange(0, 30);
    const int errors = *rc::gen::element(0, 0, 0, 1, 5, 30);
    for (int i = 0; i < requests; ++i) {
      const auto micros = *rc::gen::element<std::int64_t>(0, 900, 20'000, 999'999, 1'000'000,
                                                          1'000'001, 1'300'000, 7'654'321);
      guard.request(now, i < errors, Duration(micros));
      model.requests.push_back({second, i < errors, micros});
    }
    const int calls = *rc::gen::inRange(0, 30);
    const int failed = *rc::gen::element(0, 0, 1, 2, 30);
    for (int i = 0; i < calls; ++i) {
      guard.d1_call(now, i >= failed, Duration(1000));
      model.calls.push_back({second, i >= failed});
    }
    switch (*rc::gen::inRange(0, 20)) {
      case 0:
        guard.inconsistency(now, 2);
        model.inconsistent = 2;
        break;
      case 1:
        guard.inconsistency_resolved();
        model.inconsistent = 0;
        break;
      case 2:
        guard.reset(now);
        model.requests.clear();
        model.calls.clear();
        if (!since.contains("inconsistency")) since.clear();
        for (auto it = since.begin(); it != since.end();) {
          it = it->first == "inconsistency" ? std::next(it) : since.erase(it);
        }
        break;
      default: break;
    }
    const auto met = model.met(second);
    const auto found = guard.evaluate(now);
    compare(found, met);
    std::map<std::string, Duration> still;
    for (const auto& [criterion, measured] : met) {
      still[criterion] = since.contains(criterion) ? since[criterion] : now;
    }
    since = still;
    for (const GuardFinding& finding : found) {
      RC_ASSERT(finding.since == since[std::string(finding.criterion)]);
    }
  }
}

}  // namespace
}  // namespace cutover::rollout
