#include "app/campaign_text.h"

#include <cinttypes>
#include <cstdio>

#include "app/commands.h"
#include "app/storm_arguments.h"

namespace cutover::app {
namespace {

std::string case_path(const std::string& folder, const chaos::FoundFailure& failure) {
  return folder + "/" + std::to_string(failure.file.played.seed) + "-" + failure.file.signature +
         ".json";
}

void print_reach(const chaos::Reach& reach) {
  std::printf("\n%-13s %10s  faults that happened there\n", "site", "calls");
  for (const auto& [site, at] : reach.sites()) {
    std::printf("%-13s %10" PRIu64 " ", site.c_str(), at.calls);
    for (const auto& row : faults::fault_table()) {
      const auto count = at.faults[static_cast<std::size_t>(row.fault)];
      if (count > 0) std::printf(" %s %" PRIu64, std::string(row.name).c_str(), count);
    }
    std::printf("\n");
  }
  std::printf("\n%-46s %10s\n", "branch", "times");
  for (const auto& [branch, times] : reach.branches()) {
    std::printf("%-46s %10" PRIu64 "\n", branch.c_str(), times);
  }
}

void print_holes(const chaos::CampaignReport& report) {
  const chaos::Holes holes = holes_in(report.result.reach, report.base);
  if (holes.none()) {
    std::printf("\nevery site, branch and fault that such storms can reach was reached\n");
    return;
  }
  const bool shard = report.shards > 1;
  const bool few = report.result.runs < report.reach_from;
  std::printf("\nnever reached (%s):\n",
              shard                    ? "the shards are judged together, by report merge"
              : report.reach_from == 0 ? "not judged"
              : few
                  ? ("of " + std::to_string(report.reach_from) + " storms it is a failure").c_str()
                  : "a hole in the campaign, so it fails");
  for (const std::string& site : holes.sites) std::printf("  site %s\n", site.c_str());
  for (const std::string& branch : holes.branches) std::printf("  branch %s\n", branch.c_str());
  for (const std::string& fault : holes.faults) std::printf("  fault %s\n", fault.c_str());
}

void print_behaviours(const chaos::Behaviours& behaviours) {
  const auto estimate = behaviours.estimate();
  std::printf(
      "\n%zu different behaviours after faults; of the behaviours that such storms show, an "
      "estimated %.2g %% were never seen,\nand with a chance of %.2g %% the next one seen is "
      "new.\n",
      behaviours.seen().size(), 100 * estimate.unseen_share, 100 * estimate.next_is_new);
}

void print_failures(const chaos::CampaignResult& result, const std::string& folder) {
  std::printf("\n%" PRIu64 " storms violated an invariant, in %zu different ways:\n",
              result.failed_runs, result.failures.size());
  for (const auto& [signature, failure] : result.failures) {
    const std::string path = case_path(folder, failure);
    std::printf("\nseed %" PRIu64 ": %s, after %zu faults; %" PRIu64 " storms ended so\n",
                failure.file.played.seed, signature.c_str(), failure.file.faults.size(),
                failure.storms);
    print_violations(failure.violations, 5);
    std::printf("  again:    ./cutover replay %s\n  smallest: ./cutover shrink %s\n", path.c_str(),
                path.c_str());
  }
}

}  // namespace

void print_campaign(const chaos::CampaignReport& report, const std::string& folder) {
  const chaos::CampaignResult& result = report.result;
  const double virtual_seconds = std::chrono::duration<double>(result.virtual_time).count();
  const double seconds = result.seconds > 0 ? result.seconds : 1;
  if (report.shards > 1) {
    std::printf("shard %" PRIu64 " of %" PRIu64 ", of %" PRIu64 " seeds\n", report.shard,
                report.shards, report.seeds);
  }
  if (result.corpus_cases > 0) {
    std::printf("corpus of past failures: %" PRIu64 " of %" PRIu64 " cases hold\n",
                result.corpus_cases - result.regressions.size(), result.corpus_cases);
  }
  for (const chaos::Regression& regression : result.regressions) {
    std::printf("  REGRESSION: %s: %s\n", regression.name.c_str(), regression.signature.c_str());
    print_violations(regression.violations, 5);
  }
  std::printf("%" PRIu64 " storms in %.1f s: %.0f a second; %.0f virtual seconds, %.0f to 1\n",
              result.runs, result.seconds, static_cast<double>(result.runs) / seconds,
              virtual_seconds, virtual_seconds / seconds);
  std::printf("%" PRIu64 " calls, %" PRIu64 " faults; digest %016" PRIx64 "\n", result.calls,
              result.faults, result.digest);
  if (result.twice > 0) {
    std::printf("%" PRIu64 " seeds again on hand-off threads: %s\n", result.twice,
                result.differed.empty() ? "the same histories" : "NOT the same histories");
    for (const std::uint64_t seed : result.differed) {
      std::printf("  seed %" PRIu64 " differs\n", seed);
    }
  }
  print_reach(result.reach);
  print_holes(report);
  print_behaviours(result.behaviours);
  if (result.failed_runs > 0) {
    print_failures(result, folder);
  } else if (result.runs > 0) {
    std::printf(
        "no invariant was violated. With 95 %% confidence fewer than %.3g %% of such storms "
        "violate one.\n",
        100 * chaos::failure_bound_95(result.runs));
  }
  const chaos::Judged judged = judge_campaign(report);
  std::printf("\n%s: %s\n", std::string(name_of(judged.verdict)).c_str(), judged.because.c_str());
}

tl::expected<void, std::string> write_failures(const chaos::CampaignReport& report,
                                               const std::string& folder) {
  for (const auto& [signature, failure] : report.result.failures) {
    const auto written = write_case(case_path(folder, failure), failure.file);
    if (!written) return written;
  }
  return {};
}

int exit_code_of(const chaos::CampaignReport& report) {
  switch (judge_campaign(report).verdict) {
    case chaos::CampaignVerdict::pass: return exit_pass;
    case chaos::CampaignVerdict::fail: return exit_fail;
    case chaos::CampaignVerdict::unknown: return exit_unknown;
  }
  return exit_internal;
}

}  // namespace cutover::app
