// Storms: one whole storm, and the judgement of its end alone.

#include <benchmark/benchmark.h>

#include <cstdint>

#include "chaos/campaign.h"
#include "chaos/invariants/invariants.h"
#include "chaos/invariants/sequel.h"
#include "chaos/storm_case.h"
#include "chaos/storm_run.h"
#include "core/ports/check.h"
#include "fakes/faults/storm.h"
#include "scenarios/migration.h"

namespace cutover::bench {
namespace {

chaos::StormCase storms_case(const char* scenario, std::uint64_t seed) {
  const chaos::Scenario* found = chaos::scenario_named(scenario);
  CUTOVER_CHECK(found != nullptr, "there is such a scenario");
  return chaos::draw_case(chaos::case_of(*found), seed);
}

// Drawn, set up, played, judged and torn down, as a campaign does; seeds from 1. The judgement may
// let the world live on, for one seed in eight (migration) or in four (live). Storms differ in
// length, so the number of iterations is set, and every run plays the same ones.
void storm_play(benchmark::State& state, const char* scenario) {
  benchmark::DoNotOptimize(scenarios::database_with_schema().size());  // made once, not in a storm
  std::uint64_t seed = 0;
  std::uint64_t events = 0;
  for (auto _ : state) {
    const chaos::StormCase played = storms_case(scenario, ++seed);
    faults::Storm storm(chaos::storm_of(played));
    chaos::StormRun run(played, storm);
    const chaos::StormResult result = run.play();
    if (!result.violations.empty()) {
      state.SkipWithError(result.signature().c_str());
      break;
    }
    events += result.events;
  }
  state.SetItemsProcessed(state.iterations());
  state.counters["events"] =
      benchmark::Counter(static_cast<double>(events), benchmark::Counter::kIsRate);
}
BENCHMARK_CAPTURE(storm_play, migration, "migration")
    ->Iterations(64)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(storm_play, live, "live")->Iterations(16)->Unit(benchmark::kMillisecond);

// The end of one finished storm, judged again and again: its checks change nothing. The seed is one
// of those whose world does not live on after that.
void storm_judge(benchmark::State& state, const char* scenario) {
  constexpr std::uint64_t seed = 1;
  const chaos::StormCase played = storms_case(scenario, seed);
  CUTOVER_CHECK(!chaos::sequel_is_due(played), "judging must not let the world live on");
  faults::Storm storm(chaos::storm_of(played));
  chaos::StormRun run(played, storm);
  bool judged = false;
  run.at_end([&](const chaos::Aftermath& end) {
    CUTOVER_CHECK(chaos::judge(end).empty(), "the storm ended well");
    for (auto _ : state) benchmark::DoNotOptimize(chaos::judge(end));
    judged = true;
  });
  const chaos::StormResult result = run.play();
  if (!judged || !result.violations.empty()) state.SkipWithError("the storm did not end well");
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK_CAPTURE(storm_judge, migration, "migration")->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(storm_judge, live, "live")->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace cutover::bench
