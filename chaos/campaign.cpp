#include "chaos/campaign.h"

#include <atomic>
#include <chrono>
#include <cmath>
#include <mutex>
#include <thread>

#include "core/ports/stable_hash.h"
#include "fakes/faults/storm.h"

namespace cutover::chaos {
namespace {

using Clock = std::chrono::steady_clock;

faults::StormOptions storm_of(const StormCase& played) {
  return faults::draw_storm(played.seed, std::chrono::seconds(played.storm_seconds));
}

// One seed: plays it, counts, and keeps what failed.
void play_seed(const CampaignOptions& options, std::uint64_t seed, CampaignResult& result) {
  const StormCase played = draw_case(options.base, seed);
  faults::Storm storm(storm_of(played));
  CountingPlan counting(storm, result.reach);
  const StormResult run = StormRun(played, counting).play();
  result.runs += 1;
  result.events += run.events;
  result.calls += run.calls;
  result.faults += storm.taken().size();
  result.virtual_time += run.virtual_time;
  result.digest ^= stable_hash(std::to_string(seed) + " " + run.digest);
  for (const faults::PlannedFault& fault : storm.taken()) {
    result.reach.count_fault(fault.address.site, fault.fault);
  }
  if (!run.violations.empty()) {
    result.failed_runs += 1;
    const std::string signature = run.signature();
    const auto standing = result.failures.find(signature);
    if (standing == result.failures.end() || seed < standing->second.seed) {
      result.failures.insert_or_assign(
          signature,
          FoundFailure{seed, played, signature, run.violations, storm.taken(), run.digest});
    }
  }
  if (options.twice_one_in != 0 && seed % options.twice_one_in == 0) {
    faults::Storm again(storm_of(played));
    const StormResult second =
        StormRun(played, again, sim::History::Keep::digest_only, sim::Scheduler::Mode::handoff)
            .play();
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

CampaignResult run_campaign(const CampaignOptions& options) {
  Seeds seeds(options);
  CampaignResult total;
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
  into.interrupted = into.interrupted || other.interrupted;
  into.reach.add(other.reach);
  for (const auto& [signature, failure] : other.failures) {
    const auto standing = into.failures.find(signature);
    if (standing == into.failures.end() || failure.seed < standing->second.seed) {
      into.failures.insert_or_assign(signature, failure);
    }
  }
}

double failure_bound_95(std::uint64_t runs) {
  if (runs == 0) return 1;
  return 1 - std::pow(0.05, 1.0 / static_cast<double>(runs));
}

}  // namespace cutover::chaos
