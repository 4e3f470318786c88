#include "chaos/defects/hunt.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include <nlohmann/json.hpp>

#include "chaos/campaign.h"
#include "chaos/shrink.h"

namespace cutover::chaos {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point began) {
  return std::chrono::duration<double>(Clock::now() - began).count();
}

// One seed at a time, on this thread: the first failure is that of the first failing seed.
CampaignResult play(const StormCase& played, std::uint64_t seed) {
  CampaignOptions options;
  options.base = played;
  options.first = seed;
  options.seeds = 1;
  options.threads = 1;
  options.twice_one_in = 0;
  return run_campaign(options);
}

// A defect that keeps the world busy until its patience is over makes for long storms: then fewer.
std::uint64_t affordable_runs(double seconds_of_one, const HuntOptions& options) {
  constexpr double runs_min = 12;
  const double runs = options.shrink_seconds_max / std::max(1e-6, seconds_of_one);
  const auto bounded = std::clamp(runs, runs_min, static_cast<double>(options.shrink_runs_max));
  return static_cast<std::uint64_t>(bounded);
}

}  // namespace

Hunted hunt(const HuntOptions& options) {
  Hunted hunted;
  const auto began = Clock::now();
  CaseFile file;
  double seconds_of_one = 0;
  while (!hunted.caught && hunted.runs < options.runs_max) {
    const std::uint64_t seed = options.played.seed + hunted.runs;
    if (options.begins) options.begins(seed);
    const CampaignResult result = play(options.played, seed);
    hunted.runs += 1;
    if (result.failures.empty()) continue;
    const FoundFailure& failure = result.failures.begin()->second;
    hunted.caught = true;
    hunted.signature = failure.file.signature;
    hunted.text = failure.violations.front().about + ": " + failure.violations.front().text;
    file = failure.file;
    seconds_of_one = result.seconds;
  }
  hunted.seconds = seconds_since(began);
  if (!hunted.caught) return hunted;
  const auto shrink_began = Clock::now();
  Shrunk shrunk = shrink(file, affordable_runs(seconds_of_one, options));
  hunted.shrink_seconds = seconds_since(shrink_began);
  hunted.shrink_runs = shrunk.runs;
  hunted.same_failure = replay(shrunk.smallest).signature() == hunted.signature;
  hunted.decisions = shrunk.decisions();
  hunted.smallest = std::move(shrunk.smallest);
  return hunted;
}

std::string to_json(const Hunted& hunted) {
  nlohmann::ordered_json json;
  json["caught"] = hunted.caught;
  json["runs"] = hunted.runs;
  json["seconds"] = hunted.seconds;
  if (hunted.caught) {
    json["signature"] = hunted.signature;
    json["text"] = hunted.text;
    json["shrinkSeconds"] = hunted.shrink_seconds;
    json["shrinkRuns"] = hunted.shrink_runs;
    json["sameFailure"] = hunted.same_failure;
    json["decisions"] = hunted.decisions;
    const StormCase& played = hunted.smallest.played;
    json["keys"] = played.only.empty() ? played.keys : played.only.size();
    json["case"] = nlohmann::ordered_json::parse(to_json(hunted.smallest));
  }
  return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace cutover::chaos
