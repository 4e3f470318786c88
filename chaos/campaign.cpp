#include "chaos/campaign.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <exception>
#include <mutex>
#include <thread>

#include "chaos/required_reach.h"
#include "chaos/run_watch.h"
#include "core/ports/stable_hash.h"
#include "fakes/faults/storm.h"

namespace cutover::chaos {
namespace {

using Clock = std::chrono::steady_clock;

void keep_failure(FoundFailure found, std::map<std::string, FoundFailure>& failures) {
  const auto [standing, is_new] = failures.try_emplace(found.file.signature, found);
  if (is_new) return;
  found.storms += standing->second.storms;
  if (found.file.played.seed < standing->second.file.played.seed) {
    standing->second = std::move(found);
  } else {
    standing->second.storms = found.storms;
  }
}

// A world that cannot go on (a deadlock, an endless loop) has failed, and the campaign goes on.
StormResult play(const StormCase& played, sim::FaultPlan& plan, sim::Scheduler::Mode mode,
                 sim::HistoryObserver* observer) {
  try {
    StormRun run(played, plan, sim::History::Keep::digest_only, mode);
    if (observer != nullptr) run.observe(*observer);
    return run.play();
  } catch (const std::exception& error) {
    StormResult result;
    result.violations.push_back({"stuck", "", error.what()});
    return result;
  }
}

// One seed: plays it, counts, and keeps what failed.
void play_seed(const CampaignOptions& options, std::uint64_t seed, CampaignResult& result) {
  const StormCase played = draw_case(options.base, seed);
  faults::Storm storm(storm_of(played));
  RunWatch watch(storm, result.reach);
  const StormResult run = play(played, watch, sim::Scheduler::Mode::fibers, &watch);
  result.runs += 1;
  result.events += run.events;
  result.calls += run.calls;
  result.faults += storm.taken().size();
  result.virtual_time += run.virtual_time;
  result.digest ^= stable_hash(std::to_string(seed) + " " + run.digest);
  result.behaviours.add_run(watch.behaviours());
  for (const auto& [fate, keys] : run.fates) {
    if (keys > 0) result.reach.count_branch("fate " + fate, static_cast<std::uint64_t>(keys));
  }
  if (played.plan) {
    for (const faults::PlannedFault& fault : storm.met()) {
      result.reach.count_branch(planned_branch(fault), 1);
    }
  }
  if (!run.violations.empty()) {
    result.failed_runs += 1;
    const auto kept = std::min(run.violations.size(), FoundFailure::violations_max);
    keep_failure({CaseFile{without_plan(played), storm.taken(), run.signature(), run.digest},
                  {run.violations.begin(), run.violations.begin() + static_cast<long>(kept)},
                  run.violations.size(),
                  1},
                 result.failures);
  }
  if (options.twice_one_in != 0 && seed % options.twice_one_in == 0) {
    faults::Storm again(storm_of(played));
    const StormResult second = play(played, again, sim::Scheduler::Mode::handoff, nullptr);
    result.twice += 1;
    if (second.digest != run.digest) result.differed.push_back(seed);
  }
}

// Seeds are handed out one by one: worlds differ in length.
class Seeds {
 public:
  explicit Seeds(const CampaignOptions& options) : options_(options), started_(Clock::now()) {}

  std::optional<std::uint64_t> next() {
    for (;;) {
      if (stopped_) return std::nullopt;
      if (options_.interrupted && options_.interrupted()) {
        interrupted_ = true;
        return std::nullopt;
      }
      if (options_.time && Clock::now() - started_ >= *options_.time) return std::nullopt;
      const std::uint64_t number = handed_out_++;
      if (number >= options_.seeds) return std::nullopt;
      const std::uint64_t seed = options_.first + number;
      if (seed % options_.shards == options_.shard) return seed;
    }
  }
  void stop() { stopped_ = true; }
  [[nodiscard]] bool interrupted() const { return interrupted_; }
  [[nodiscard]] std::uint64_t handed_out() const { return handed_out_; }
  [[nodiscard]] double seconds() const {
    return std::chrono::duration<double>(Clock::now() - started_).count();
  }

 private:
  const CampaignOptions& options_;
  Clock::time_point started_;
  std::atomic<std::uint64_t> handed_out_{0};
  std::atomic<bool> stopped_{false};
  std::atomic<bool> interrupted_{false};
};

}  // namespace

faults::StormOptions storm_of(const StormCase& played) {
  const Duration calm_at = std::chrono::seconds(played.storm_seconds);
  faults::StormOptions storm = faults::draw_storm(played.seed, calm_at);
  if (played.plan) storm.plan = *played.plan;
  return storm;
}

StormCase without_plan(StormCase played) {
  played.plan.reset();
  return played;
}

CampaignResult run_campaign(const CampaignOptions& options) {
  Seeds seeds(options);
  CampaignResult total;
  for (std::size_t i = 0; i < options.corpus.size(); ++i) {
    if (i % options.shards != options.shard) continue;
    total.corpus_cases += 1;
    if (auto regression = play_corpus_case(options.corpus[i])) {
      total.regressions.push_back(std::move(*regression));
    }
  }
  std::mutex mutex;  // guards total
  const auto work = [&] {
    CampaignResult mine;
    while (const auto seed = seeds.next()) {
      play_seed(options, *seed, mine);
      if (options.stop_at_first && mine.failed_runs > 0) seeds.stop();
      if (options.progress) {
        options.progress(std::min(seeds.handed_out(), options.seeds), options.seeds);
      }
    }
    const std::lock_guard lock(mutex);
    merge(total, mine);
  };
  const unsigned threads =
      options.threads != 0 ? options.threads : std::max(1U, std::thread::hardware_concurrency());
  std::vector<std::thread> workers;
  for (unsigned i = 1; i < threads; ++i) workers.emplace_back(work);
  work();
  for (std::thread& worker : workers) worker.join();
  total.seconds = seeds.seconds();
  total.interrupted = seeds.interrupted();
  return total;
}

void merge(CampaignResult& into, const CampaignResult& other) {
  into.runs += other.runs;
  into.events += other.events;
  into.calls += other.calls;
  into.faults += other.faults;
  into.virtual_time += other.virtual_time;
  into.seconds += other.seconds;
  into.failed_runs += other.failed_runs;
  into.digest ^= other.digest;
  into.twice += other.twice;
  into.differed.insert(into.differed.end(), other.differed.begin(), other.differed.end());
  std::sort(into.differed.begin(), into.differed.end());
  into.interrupted = into.interrupted || other.interrupted;
  into.reach.add(other.reach);
  into.behaviours.add(other.behaviours);
  for (const auto& [signature, failure] : other.failures) keep_failure(failure, into.failures);
  into.corpus_cases += other.corpus_cases;
  into.regressions.insert(into.regressions.end(), other.regressions.begin(),
                          other.regressions.end());
  std::sort(into.regressions.begin(), into.regressions.end(),
            [](const Regression& a, const Regression& b) { return a.name < b.name; });
}

double failure_bound_95(std::uint64_t runs) {
  if (runs == 0) return 1;
  return 1 - std::pow(0.05, 1.0 / static_cast<double>(runs));
}

}  // namespace cutover::chaos
