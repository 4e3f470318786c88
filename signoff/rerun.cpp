#include "signoff/rerun.h"

#include <algorithm>
#include <exception>
#include <numeric>

#include "chaos/campaign.h"
#include "core/ports/random.h"
#include "fakes/faults/storm.h"
#include "reports/text.h"

namespace cutover::signoff {

using reports::Verdict;

std::vector<SeededRun> sample_of(const std::vector<SeededRun>& runs, std::size_t count,
                                 std::uint64_t seed) {
  std::vector<std::size_t> places(runs.size());
  std::iota(places.begin(), places.end(), std::size_t{0});
  count = std::min(count, runs.size());
  RandomStream random(seed, "runs to repeat");
  for (std::size_t i = 0; i < count; ++i) {
    std::swap(places[i], places[i + random.below(places.size() - i)]);
  }
  places.resize(count);
  std::sort(places.begin(), places.end());
  std::vector<SeededRun> chosen;
  for (const std::size_t place : places) chosen.push_back(runs[place]);
  return chosen;
}

Check rerun(const SeededRun& run, const Play& play, bool same_version) {
  const std::string what = "run " + std::to_string(run.seed);
  const std::string scenario = reports::clipped(reports::visible(run.scenario), 60) + ": ";
  const auto digest = play(run);
  if (!digest) return {Verdict::unknown, what, scenario + digest.error()};
  if (*digest == run.digest) {
    return {Verdict::pass, what, scenario + "played again, the same digest " + *digest};
  }
  return {same_version ? Verdict::fail : Verdict::unknown, what,
          scenario + "played again, the digest is " + *digest + ", the report says " +
              reports::clipped(reports::visible(run.digest), 80) +
              (same_version ? "" : "; the report is of another version of cutover")};
}

tl::expected<std::string, std::string> play_storm(const SeededRun& run) {
  const chaos::Scenario* scenario = chaos::scenario_named(run.scenario);
  if (scenario == nullptr) return tl::unexpected(std::string("there is no such scenario"));
  try {
    const chaos::StormCase played = draw_case(case_of(*scenario), run.seed);
    faults::Storm storm(storm_of(played));
    return chaos::StormRun(played, storm).play().digest;
  } catch (const std::exception& error) {
    return tl::unexpected("cannot go on: " + std::string(error.what()));
  }
}

}  // namespace cutover::signoff
