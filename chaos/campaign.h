// Campaign: many storm runs, seed after seed, on all cores; what was found, and what was reached.
//
// Every seed is a world of its own, so a campaign can be cut into shards in any way and merged
// exactly: the sums are the same, and so is the combined digest (campaign_report.h).
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "chaos/behaviours.h"
#include "chaos/case_file.h"
#include "chaos/corpus.h"
#include "chaos/reach.h"
#include "chaos/storm_run.h"
#include "fakes/faults/storm.h"

namespace cutover::chaos {

struct CampaignOptions {
  StormCase base;              // its seed is replaced
  std::uint64_t first = 1;     // seeds first, first + 1, ...
  std::uint64_t seeds = 1000;  // how many
  std::uint64_t shard = 0;     // takes the seeds s with s % shards == shard
  std::uint64_t shards = 1;
  unsigned threads = 0;          // 0: one for each processor
  std::optional<Duration> time;  // of real time; no new seed is begun after it
  bool stop_at_first = false;
  std::uint64_t twice_one_in = 100;   // seeds that run again under hand-off; 0: none
  std::vector<CorpusCase> corpus;     // played before the seeds; the shards share them out
  std::function<bool()> interrupted;  // asked between seeds; may be empty
  std::function<void(std::uint64_t done, std::uint64_t all)> progress;  // may be empty; any thread
};

// The first of its kind: that of the smallest seed.
struct FoundFailure {
  static constexpr std::size_t violations_max = 20;  // that are kept

  CaseFile file;                       // plays it again
  std::vector<Violation> violations;   // the first ones
  std::uint64_t violations_found = 0;  // in all
  std::uint64_t storms = 0;            // that failed in this way
};

struct CampaignResult {
  std::uint64_t runs = 0;
  std::uint64_t events = 0;
  std::uint64_t calls = 0;
  std::uint64_t faults = 0;
  Duration virtual_time{0};
  double seconds = 0;  // of real time
  std::uint64_t failed_runs = 0;
  std::map<std::string, FoundFailure> failures;  // by signature
  std::uint64_t corpus_cases = 0;                // of past failures that were played
  std::vector<Regression> regressions;           // ... and failed; in the order of their names
  Reach reach;
  Behaviours behaviours;
  std::uint64_t digest = 0;             // over all runs, whatever their order
  std::uint64_t twice = 0;              // seeds that ran a second time
  std::vector<std::uint64_t> differed;  // ... and did not give the same history; ascending
  bool interrupted = false;
};

// The storm of one seed's case (draw_case): its plan's, or drawn from the seed. A pure function.
[[nodiscard]] faults::StormOptions storm_of(const StormCase& played);

// For a case file, which lists what the plan led to.
[[nodiscard]] StormCase without_plan(StormCase played);

[[nodiscard]] CampaignResult run_campaign(const CampaignOptions& options);

// Of two shards of one campaign.
void merge(CampaignResult& into, const CampaignResult& other);

// With no failure in so many independent runs, the share of failing seeds is below this with 95 %
// confidence: 1 - 0.05^(1/n).
[[nodiscard]] double failure_bound_95(std::uint64_t runs);

}  // namespace cutover::chaos
