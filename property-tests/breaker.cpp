// The circuit breaker against a small model that keeps every call: any sequence of admissions,
// results, pauses and steps of time gives the same state, the same permits and the same counts.
#include "core/rollout/circuit_breaker.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <rapidcheck/state.h>

#include <algorithm>
#include <map>
#include <set>
#include <vector>

namespace cutover::rollout {
namespace {

constexpr Duration second = std::chrono::seconds(1);

BreakerOptions options_of(bool by_time) {
  BreakerOptions options;
  options.window = by_time ? BreakerOptions::Window::time : BreakerOptions::Window::count;
  options.window_calls = 8;
  options.volume_min = 4;
  options.failure_percent = 25;
  options.half_open_permits = 2;
  return options;
}

struct Result {
  Duration at{0};
  bool failed = false;
  bool slow = false;
};

struct Model {
  bool by_time = true;
  Duration now{0};
  BreakerState state = BreakerState::closed;
  Duration open_until{0};
  std::vector<Result> results;  // since it closed, all of them
  std::map<int, Duration> out;  // calls of the present state, by number; when admitted
  std::set<int> trials;         // of these, those that hold a permit of the half-open state
  std::set<int> finished;       // ever
  int trials_well = 0;
  int calls = 0;  // admitted so far: their numbers
  std::int64_t opened = 0;
  std::int64_t refused = 0;

  [[nodiscard]] BreakerState seen() const {
    return state == BreakerState::open && now >= open_until ? BreakerState::half_open : state;
  }
  void enter(BreakerState next) {
    state = next;
    results.clear();
    out.clear();
    trials.clear();
    trials_well = 0;
    if (next == BreakerState::open) {
      open_until = now + 10 * second;
      opened += 1;
    }
  }
  [[nodiscard]] std::vector<Result> window() const {
    if (!by_time) {
      const auto first = results.size() > 8 ? results.end() - 8 : results.begin();
      return {first, results.end()};
    }
    // A window of 30 s in steps of one second.
    std::vector<Result> found;
    for (const Result& result : results) {
      if (result.at / second > now / second - 30) found.push_back(result);
    }
    return found;
  }
  void admit() {
    if (state == BreakerState::open && now >= open_until) enter(BreakerState::half_open);
    if (state == BreakerState::half_open) {
      // The oldest permit that never came back is given again.
      if (!trials.empty() && now - out.at(*trials.begin()) >= 30 * second) {
        out.erase(*trials.begin());
        trials.erase(trials.begin());
      }
      if (static_cast<int>(trials.size()) + trials_well >= 2) {
        refused += 1;
        return;
      }
      trials.insert(calls);
    } else if (state == BreakerState::open) {
      refused += 1;
      return;
    }
    out[calls] = now;
    calls += 1;
  }
  void finish(int call, bool failed, bool slow) {
    finished.insert(call);
    if (out.erase(call) == 0) return;
    if (state == BreakerState::half_open) {
      trials.erase(call);
      if (failed || slow) {
        enter(BreakerState::open);
      } else if (++trials_well == 2) {
        enter(BreakerState::closed);
      }
      return;
    }
    results.push_back({now, failed, slow});
    const std::vector<Result> counted = window();
    const auto count = [&](bool Result::*what) {
      return std::count_if(counted.begin(), counted.end(),
                           [what](const Result& result) { return result.*what; });
    };
    const auto all = static_cast<std::int64_t>(counted.size());
    if (all >= 4 && (count(&Result::failed) * 100 > 25 * all || count(&Result::slow) * 2 > all)) {
      enter(BreakerState::open);
    }
  }
};

struct Sut {
  explicit Sut(bool by_time) : breaker(options_of(by_time)) {}
  CircuitBreaker breaker;
  std::vector<CircuitBreaker::Permit> permits;  // by number of the call
};

using Command = rc::state::Command<Model, Sut>;

void compare(const Model& model, const Sut& sut) {
  RC_ASSERT(sut.breaker.state(model.now) == model.seen());
  const auto counts = sut.breaker.counts(model.now);
  const auto window = model.window();
  RC_ASSERT(counts.calls == static_cast<std::int64_t>(window.size()));
  RC_ASSERT(counts.failures ==
            std::count_if(window.begin(), window.end(), [](const Result& r) { return r.failed; }));
  RC_ASSERT(counts.slow ==
            std::count_if(window.begin(), window.end(), [](const Result& r) { return r.slow; }));
  RC_ASSERT(counts.opened == model.opened);
  RC_ASSERT(counts.refused == model.refused);
  RC_ASSERT(static_cast<int>(model.trials.size()) + model.trials_well <= 2);
  const Duration wait = sut.breaker.retry_after(model.now);
  RC_ASSERT(wait ==
            (model.seen() == BreakerState::open ? model.open_until - model.now : Duration{0}));
}

struct Admit : Command {
  void apply(Model& model) const override { model.admit(); }
  void run(const Model& before, Sut& sut) const override {
    Model after = before;
    after.admit();
    const auto permit = sut.breaker.admit(before.now);
    RC_ASSERT(permit.has_value() == (after.calls > before.calls));
    if (permit) sut.permits.push_back(*permit);
    compare(after, sut);
  }
  void show(std::ostream& out) const override { out << "admit"; }
};

// Of any call that was admitted, also before the breaker opened or closed since.
struct Finish : Command {
  int choice = *rc::gen::inRange(0, 1000);
  bool failed = *rc::gen::weightedElement<bool>({{1, true}, {2, false}});
  bool slow = *rc::gen::weightedElement<bool>({{1, true}, {4, false}});
  bool newest = *rc::gen::weightedElement<bool>({{3, true}, {1, false}});

  [[nodiscard]] int call_of(const Model& model) const {
    return newest ? model.calls - 1 : choice % model.calls;
  }
  // A permit is given back once: that is the caller's part.
  void checkPreconditions(const Model& model) const override {
    RC_PRE(model.calls > 0);
    RC_PRE(!model.finished.contains(call_of(model)));
  }
  void apply(Model& model) const override { model.finish(call_of(model), failed, slow); }
  void run(const Model& before, Sut& sut) const override {
    Model after = before;
    apply(after);
    const auto permit = sut.permits.at(static_cast<std::size_t>(call_of(before)));
    const Duration took = slow ? 2 * second : second / 10;
    if (failed) {
      sut.breaker.failed(permit, before.now, took);
    } else {
      sut.breaker.succeeded(permit, before.now, took);
    }
    compare(after, sut);
  }
  void show(std::ostream& out) const override {
    out << "finish " << (newest ? -1 : choice) << (failed ? " failed" : "")
        << (slow ? " slow" : "");
  }
};

struct Wait : Command {
  std::int64_t millis = *rc::gen::element<std::int64_t>(1, 400, 1000, 5000, 10'000, 30'000, 61'000);
  void apply(Model& model) const override { model.now += std::chrono::milliseconds(millis); }
  void run(const Model& before, Sut& sut) const override {
    Model after = before;
    apply(after);
    compare(after, sut);
  }
  void show(std::ostream& out) const override { out << "wait " << millis; }
};

struct HoldOpen : Command {
  std::int64_t seconds = *rc::gen::element<std::int64_t>(0, 5, 3600, 1'000'000);
  void apply(Model& model) const override {
    if (model.state != BreakerState::open) model.enter(BreakerState::open);
    const Duration wait = std::min<Duration>(seconds * second, std::chrono::hours(24));
    model.open_until = std::max(model.open_until, model.now + wait);
  }
  void run(const Model& before, Sut& sut) const override {
    Model after = before;
    apply(after);
    sut.breaker.hold_open(before.now, seconds * second);
    compare(after, sut);
  }
  void show(std::ostream& out) const override { out << "hold open " << seconds; }
};

RC_GTEST_PROP(Breaker, BehavesAsItsModel, ()) {
  Model model;
  model.by_time = *rc::gen::arbitrary<bool>();
  Sut sut(model.by_time);
  rc::state::check(
      model, sut,
      rc::state::gen::execOneOfWithArgs<Admit, Admit, Finish, Finish, Finish, Wait, HoldOpen>());
}

// Whatever happened before, and whatever permits were lost: once the service is well and somebody
// calls it, the breaker closes within its own waits.
RC_GTEST_PROP(Breaker, NeverStaysOpenAfterHealthReturned, ()) {
  CircuitBreaker breaker(options_of(*rc::gen::arbitrary<bool>()));
  Duration now{0};
  const auto steps = *rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 5));
  for (const int step : steps) {
    now += std::chrono::milliseconds(*rc::gen::inRange(0, 20'000));
    if (step == 4) breaker.hold_open(now, second * *rc::gen::inRange(0, 100'000));
    const auto permit = breaker.admit(now);
    if (permit && step == 0) breaker.succeeded(*permit, now, second / 10);
    if (permit && step == 1) breaker.failed(*permit, now, second / 10);
  }
  now += breaker.retry_after(now);
  const Duration well_since = now;
  while (breaker.state(now) != BreakerState::closed) {
    if (const auto permit = breaker.admit(now)) breaker.succeeded(*permit, now, second / 10);
    now += second;
    RC_ASSERT(now - well_since <= 2 * 30 * second + 10 * second);
  }
}

}  // namespace
}  // namespace cutover::rollout
