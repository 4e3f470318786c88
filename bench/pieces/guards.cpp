// What every request passes on its way to a service. All of it is told the time, so no clock is
// read here.

#include <benchmark/benchmark.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include "adapters/threads/thread_runtime.h"
#include "bench/pieces/picks.h"
#include "bench/pieces/sample_books.h"
#include "core/lookup/tiers.h"
#include "core/ports/check.h"
#include "core/rollout/circuit_breaker.h"
#include "core/rollout/flag.h"

namespace cutover::bench {
namespace {

constexpr Duration guards_step = std::chrono::milliseconds(1);  // a thousand calls a second

// A closed breaker with a full window: a permit, and its return with success.
void breaker_admit_and_succeed(benchmark::State& state) {
  rollout::CircuitBreaker breaker({});
  Duration now{0};
  const auto call = [&breaker, &now] {
    now += guards_step;
    const auto permit = breaker.admit(now);
    if (permit) breaker.succeeded(*permit, now, guards_step);
    return permit.has_value();
  };
  for (int i = 0; i < 60'000; ++i) CUTOVER_CHECK(call(), "a closed breaker admits");
  CUTOVER_CHECK(breaker.counts(now).calls > 20'000, "the window is full");
  for (auto _ : state) benchmark::DoNotOptimize(call());
  CUTOVER_CHECK(breaker.counts(now).refused == 0, "it stayed closed");
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(breaker_admit_and_succeed);

// The runtime of production, but for the time.
class GuardsRuntime final : public Runtime {
 public:
  void pass(Duration duration) { now_ += duration; }

  [[nodiscard]] Duration now() const override { return now_; }
  [[nodiscard]] UnixTime wall() const override { return real_.wall(); }
  void sleep(Duration duration) override { now_ += duration; }
  [[nodiscard]] std::unique_ptr<TaskGroup> task_group(std::size_t limit) override {
    return real_.task_group(limit);
  }
  void defer(std::function<void()> work) override { real_.defer(std::move(work)); }
  [[nodiscard]] std::unique_ptr<Mutex> mutex() override { return real_.mutex(); }
  [[nodiscard]] std::uint64_t random_number(std::string_view stream) override {
    return real_.random_number(stream);
  }
  [[nodiscard]] Budget budget() const override { return real_.budget(); }

 private:
  threads::ThreadRuntime real_{1};
  Duration now_{0};
};

// The token bucket of shadow reads: a thousand a second, a hundred at once; with its lock.
void token_bucket_take(benchmark::State& state) {
  GuardsRuntime runtime;
  lookup::ShadowPace bucket(runtime);
  std::int64_t taken = 0;
  for (auto _ : state) {
    runtime.pass(guards_step);
    taken += bucket.take() ? 1 : 0;
  }
  if (taken != state.iterations()) state.SkipWithError("a token was there, and was not taken");
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(token_bucket_take);

void token_bucket_refuse(benchmark::State& state) {
  GuardsRuntime runtime;
  lookup::ShadowPace bucket(runtime);
  std::int64_t there = 0;
  while (bucket.take()) ++there;
  CUTOVER_CHECK(there == 100, "a hundred at once");
  std::int64_t taken = 0;
  for (auto _ : state) taken += bucket.take() ? 1 : 0;
  if (taken != 0) state.SkipWithError("a token was taken that was not there");
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(token_bucket_refuse);

// Is this ISBN among the half that reads D1?
void flag_is_in(benchmark::State& state) {
  const std::vector<books::BookRow>& rows = sample_books();
  std::size_t in = 0;
  for (const books::BookRow& book : rows) in += rollout::is_in(50, "bench", book.isbn) ? 1 : 0;
  CUTOVER_CHECK(in * 100 > rows.size() * 45 && in * 100 < rows.size() * 55, "about a half is in");
  Picks picks("flag", rows.size());
  for (auto _ : state) {
    benchmark::DoNotOptimize(rollout::is_in(50, "bench", rows[picks.next()].isbn));
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(flag_is_in);

}  // namespace
}  // namespace cutover::bench
