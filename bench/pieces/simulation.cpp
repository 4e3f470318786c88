// The deterministic world: what it costs to switch tasks, to pass the gate, to note an event, and
// to make a world. Loops that are timed inside a task run on that task's stack, on the same thread.

#include <benchmark/benchmark.h>

#include <chrono>
#include <cstdint>
#include <string>

#include "core/ports/check.h"
#include "fakes/sim/gate.h"
#include "fakes/sim/history.h"
#include "fakes/sim/scheduler.h"
#include "scenarios/migration.h"
#include "scenarios/platform.h"
#include "scenarios/world.h"

namespace cutover::bench {
namespace {

sim::Scheduler::Options simulation_options() {
  sim::Scheduler::Options options;
  options.switches_max = UINT64_MAX;
  return options;
}

// Iterations are turns of one of two tasks, so they are not the figure: this is.
void report_switches(benchmark::State& state, std::int64_t switches) {
  state.SetItemsProcessed(switches);
  state.counters["per_switch"] = benchmark::Counter(
      static_cast<double>(switches), benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

// Both can always run: each turn ends by letting others go first, and the seeded schedule chooses
// between the two, which may be the same one again.
void scheduler_switch(benchmark::State& state) {
  sim::Scheduler world(simulation_options());
  sim::Process& process = world.start_process("bench");
  std::int64_t own = 0;
  std::int64_t others = 0;
  bool done = false;
  world.spawn(process, "measured", [&] {
    for (auto _ : state) {
      ++own;
      world.sleep(Duration{0});
    }
    done = true;
  });
  world.spawn(process, "other", [&] {
    while (!done) {
      ++others;
      world.sleep(Duration{0});
    }
  });
  world.run();
  if (own != state.iterations() || (own > 10'000 && (others < own / 2 || others > own * 2))) {
    state.SkipWithError("the two tasks did not take turns");
  }
  report_switches(state, own + others);
}
BENCHMARK(scheduler_switch);

// One of two can run: each wakes the other and waits to be woken.
void scheduler_hand_over(benchmark::State& state) {
  sim::Scheduler world(simulation_options());
  sim::Process& process = world.start_process("bench");
  sim::TaskId measured = 0;
  sim::TaskId other = 0;
  std::int64_t own = 0;
  std::int64_t others = 0;
  bool done = false;
  measured = world.spawn(process, "measured", [&] {
    for (auto _ : state) {
      ++own;
      world.wake(other);
      world.park("its turn");
    }
    done = true;
    world.wake(other);
  });
  other = world.spawn(process, "other", [&] {
    do {
      ++others;
      world.wake(measured);
      world.park("its turn");
    } while (!done);
  });
  world.run();
  if (own != state.iterations() || others < own || others > own + 1) {
    state.SkipWithError("the two tasks did not take turns");
  }
  report_switches(state, own + others);
}
BENCHMARK(scheduler_hand_over);

// One call of a service without a queue that no fault hits: two waits of virtual time, two events,
// and an effect that does next to nothing.
void gate_call(benchmark::State& state) {
  sim::FaultPlan calm;
  scenarios::World world({}, calm);
  std::int64_t applied = 0;
  std::int64_t failed = 0;
  const bool ended = world.invoke("bench", 0, scenarios::no_limits(), [&](auto& isolate) {
    const sim::Call call{Service::kv, "kv.get", "get", "book:isbn:9780439708180", 0, true};
    const sim::Latency latency{std::chrono::milliseconds(10), Duration{0},
                               std::chrono::milliseconds(10)};
    const auto effect = [&applied]() -> Outcome<void> {
      ++applied;
      return {};
    };
    for (auto _ : state) {
      const auto outcome = world.gate().call(isolate.process, call, latency, nullptr, 7, effect);
      failed += outcome.has_value() ? 0 : 1;
    }
  });
  if (!ended || failed != 0 || applied != state.iterations()) {
    state.SkipWithError("a call did not come through");
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(gate_call);

// An event that goes into the digest and is not kept.
void history_append(benchmark::State& state) {
  sim::History history(sim::History::Keep::digest_only);
  const std::string before = history.digest();
  sim::EventView event;
  event.process = 1;
  event.incarnation = 1;
  event.task = 1;
  event.kind = sim::EventKind::call;
  event.what = "kv.get";
  event.key = "book:isbn:9780439708180";
  event.result = "ok";
  for (auto _ : state) {
    event.at += std::chrono::milliseconds(1);
    event.payload += 0x9E3779B97F4A7C15ULL;
    history.record_view(event);
  }
  if (history.size() != static_cast<std::uint64_t>(state.iterations()) ||
      history.digest() == before) {
    state.SkipWithError("an event is not in the history");
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(history_append);

// Made, given the schema, and torn down again, as a campaign does for each storm. No task runs in
// it.
void world_set_up(benchmark::State& state) {
  const std::string& image = scenarios::database_with_schema();
  sim::FaultPlan calm;
  scenarios::WorldOptions options;
  {
    scenarios::World world(options, calm);
    world.d1().restore(image);
    const auto books = world.d1().connection().run({"SELECT count(*) FROM Books", {}});
    CUTOVER_CHECK(books && as_int(books->rows[0][0]) == 0, "the tables are there, and empty");
  }
  for (auto _ : state) {
    scenarios::World world(options, calm);
    world.d1().restore(image);
    benchmark::DoNotOptimize(world.d1().connection().handle());
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(world_set_up)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace cutover::bench
