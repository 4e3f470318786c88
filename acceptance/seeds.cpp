// Seeds: some storms by their digests, so that whoever gets the report can play them again
// (`cutover report verify`), and the one with most trouble told line by line.
#include <fmt/format.h>

#include "acceptance/run.h"
#include "chaos/campaign.h"
#include "chaos/show/story.h"
#include "signoff/rerun.h"

namespace cutover::acceptance {
namespace {

constexpr std::uint64_t seeds_each = 4;
constexpr std::size_t lines_max = 60;

// A run of the migration whose storm hit hardest, by how many faults there were.
reports::Timeline worst_of(std::uint64_t first) {
  const chaos::StormCase base = case_of(*chaos::scenario_named("migration"));
  chaos::Played worst;
  for (std::uint64_t seed = first; seed < first + seeds_each; ++seed) {
    chaos::CaseFile file;
    file.played = draw_case(base, seed);
    faults::Storm storm(chaos::storm_of(file.played));
    static_cast<void>(chaos::StormRun(file.played, storm).play());
    file.faults = storm.taken();
    if (!worst.events.empty() && file.faults.size() <= worst.file.faults.size()) continue;
    worst = chaos::play_and_note(file);
  }
  reports::Timeline timeline;
  timeline.title = fmt::format(
      "Seed {} of the scenario migration, chosen of {} storms because it has the most "
      "faults: {}",
      worst.file.played.seed, seeds_each, worst.file.faults.size());
  timeline.reproduce =
      fmt::format("./cutover chaos --first {} --seeds 1 --no-corpus", worst.file.played.seed);
  for (const chaos::StoryLine& line : story_of(account_of(worst), lines_max)) {
    std::optional<double> ms;
    if (line.at) ms = std::chrono::duration<double, std::milli>(*line.at).count();
    timeline.moments.push_back({ms, std::string(margin_of(line.kind)), line.text});
  }
  return timeline;
}

}  // namespace

void list_seeds(Run& run) {
  if (run.progress.interrupted()) return;
  Step step(run, "seeds that anyone can play again");
  const std::uint64_t first = run.options.rehearsal.seed;
  std::size_t failed = 0;
  for (const StormBudget& budget : run.options.profile.storms) {
    if (budget.storms < seeds_each) continue;
    for (std::uint64_t seed = first; seed < first + seeds_each; ++seed) {
      reports::SeededRun seeded;
      seeded.scenario = budget.scenario;
      seeded.seed = seed;
      seeded.reproduce = fmt::format(
          "./cutover chaos --scenario {} --first {} --seeds 1 --no-corpus", budget.scenario, seed);
      const auto digest = signoff::play_storm(seeded);
      if (!digest) {
        ++failed;
        continue;
      }
      seeded.digest = *digest;
      run.report.seeds.push_back(std::move(seeded));
    }
  }
  run.report.worst_run = worst_of(first);
  step.end(failed == 0 ? reports::Verdict::pass : reports::Verdict::fail,
           fmt::format("{} runs are listed with their digests", run.report.seeds.size()));
}

}  // namespace cutover::acceptance
