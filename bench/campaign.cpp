// What history and invariants cost a campaign, and how much virtual time a second of real time
// gives (DESIGN section 10).

#include "chaos/campaign.h"
#include "bench/measure.h"
#include "bench/samples.h"
#include "chaos/storm_run.h"
#include "core/ports/check.h"
#include "fakes/faults/storm.h"

namespace cutover::bench {
namespace {

constexpr std::uint64_t worlds_per_round = 60;

struct Storms {
  double seconds = 0;
  double virtual_seconds = 0;
};

// The same seeds every time, so that both sides play the same worlds.
Storms play_storms(sim::History::Keep keep) {
  const chaos::Scenario* scenario = chaos::scenario_named("migration");
  CUTOVER_CHECK(scenario != nullptr, "the migration is a scenario");
  Storms storms;
  storms.seconds = seconds_of([&] {
    for (std::uint64_t seed = 1; seed <= worlds_per_round; ++seed) {
      const chaos::StormCase played = chaos::draw_case(chaos::case_of(*scenario), seed);
      faults::Storm storm(chaos::storm_of(played));
      chaos::StormRun run(played, storm, keep);
      const chaos::StormResult result = run.play();
      CUTOVER_CHECK(result.violations.empty(), "a measured storm breaks no invariant");
      storms.virtual_seconds += std::chrono::duration<double>(result.virtual_time).count();
    }
  });
  return storms;
}

}  // namespace

std::vector<Row> measure_campaign(const Setup& setup) {
  Row ratio{"campaign",
            "storms of 100 keys with faults, readers and writers, one core",
            "the same worlds without history and invariants",
            Bound::at_least,
            0.5,
            ""};
  Row rate{"campaign-rate", ratio.what, "-", Bound::at_least, 150, "worlds/s"};
  Row speed{
      "virtual-time", "virtual time to real time, 100 keys", "real time", Bound::at_least, 500, ""};
  std::vector<double> bare_rates;
  for (int round = 0; round < setup.rounds; ++round) {
    const Storms bare = play_storms(sim::History::Keep::nothing);
    const Storms whole = play_storms(sim::History::Keep::digest_only);
    ratio.values.push_back(bare.seconds / whole.seconds);
    rate.values.push_back(worlds_per_round / whole.seconds);
    bare_rates.push_back(worlds_per_round / bare.seconds);
    speed.values.push_back(whole.virtual_seconds / whole.seconds);
  }
  ratio.notes = {rates_text("with", rate.values, "worlds/s"),
                 rates_text("without", bare_rates, "worlds/s")};
  return {std::move(ratio), std::move(rate), std::move(speed)};
}

}  // namespace cutover::bench
