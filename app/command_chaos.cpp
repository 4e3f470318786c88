// cutover chaos: a campaign of storms.

#include <CLI/CLI.hpp>
#include <cinttypes>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <mutex>

#include <nlohmann/json.hpp>

#include "app/commands.h"
#include "app/console.h"
#include "app/shard.h"
#include "app/storm_arguments.h"
#include "chaos/campaign.h"

namespace cutover::app {
namespace {

struct Arguments {
  chaos::CampaignOptions options;
  WorldOptions world;
  std::string shard;
  double minutes = 0;
  std::string out = "chaos-cases";
};

std::string case_path(const Arguments& arguments, const chaos::FoundFailure& failure) {
  return arguments.out + "/" + std::to_string(failure.seed) + "-" + failure.signature + ".json";
}

nlohmann::ordered_json json_of(const chaos::CampaignResult& result, const Arguments& arguments) {
  nlohmann::ordered_json json;
  json["runs"] = result.runs;
  json["failedRuns"] = result.failed_runs;
  json["seconds"] = result.seconds;
  json["runsPerSecond"] = static_cast<double>(result.runs) / result.seconds;
  json["calls"] = result.calls;
  json["faults"] = result.faults;
  json["events"] = result.events;
  json["virtualSeconds"] = std::chrono::duration<double>(result.virtual_time).count();
  char digest[17];
  std::snprintf(digest, sizeof digest, "%016" PRIx64, result.digest);
  json["digest"] = digest;
  json["interrupted"] = result.interrupted;
  json["ranTwice"] = result.twice;
  json["differed"] = result.differed;
  json["failureBound95"] = result.failed_runs == 0
                               ? nlohmann::ordered_json(chaos::failure_bound_95(result.runs))
                               : nlohmann::ordered_json(nullptr);
  json["neverHappened"] = result.reach.never_happened();
  json["failures"] = nlohmann::ordered_json::array();
  for (const auto& [signature, failure] : result.failures) {
    json["failures"].push_back({{"signature", signature},
                                {"seed", failure.seed},
                                {"case", case_path(arguments, failure)}});
  }
  for (const auto& [site, reach] : result.reach.sites()) {
    json["reach"][site]["calls"] = reach.calls;
    for (const auto& row : faults::fault_table()) {
      const auto count = reach.faults[static_cast<std::size_t>(row.fault)];
      if (count > 0) json["reach"][site][std::string(row.name)] = count;
    }
  }
  return json;
}

void print_reach(const chaos::Reach& reach) {
  std::printf("\n%-12s %10s  faults that happened there\n", "site", "calls");
  for (const auto& [site, at] : reach.sites()) {
    std::printf("%-12s %10" PRIu64 " ", site.c_str(), at.calls);
    for (const auto& row : faults::fault_table()) {
      const auto count = at.faults[static_cast<std::size_t>(row.fault)];
      if (count > 0) std::printf(" %s %" PRIu64, std::string(row.name).c_str(), count);
    }
    std::printf("\n");
  }
}

void print_result(const chaos::CampaignResult& result, const Arguments& arguments) {
  const double virtual_seconds = std::chrono::duration<double>(result.virtual_time).count();
  std::printf("%" PRIu64 " storms in %.1f s: %.0f a second; %.0f virtual seconds, %.0f to 1\n",
              result.runs, result.seconds, static_cast<double>(result.runs) / result.seconds,
              virtual_seconds, virtual_seconds / result.seconds);
  std::printf("%" PRIu64 " calls, %" PRIu64 " faults; digest %016" PRIx64 "\n", result.calls,
              result.faults, result.digest);
  if (result.twice > 0) {
    std::printf("%" PRIu64 " seeds again on hand-off threads: %s\n", result.twice,
                result.differed.empty() ? "the same histories" : "NOT the same histories");
    for (const std::uint64_t seed : result.differed)
      std::printf("  seed %" PRIu64 " differs\n", seed);
  }
  print_reach(result.reach);
  const auto holes = result.reach.never_happened();
  if (!holes.empty()) std::printf("\nnever happened (a longer campaign may reach them):\n");
  for (const std::string& hole : holes) std::printf("  %s\n", hole.c_str());
  if (result.failed_runs == 0) {
    std::printf(
        "\nno invariant was violated. With 95 %% confidence fewer than %.3g %% of such storms "
        "violate one.\n",
        100 * chaos::failure_bound_95(result.runs));
    return;
  }
  std::printf("\n%" PRIu64 " storms violated an invariant, in %zu different ways:\n",
              result.failed_runs, result.failures.size());
  for (const auto& [signature, failure] : result.failures) {
    std::printf("\nseed %" PRIu64 ": %s, after %zu faults\n", failure.seed, signature.c_str(),
                failure.faults.size());
    print_violations(failure.violations, 5);
    std::printf("  again:    ./cutover replay %s\n  smallest: ./cutover shrink %s\n",
                case_path(arguments, failure).c_str(), case_path(arguments, failure).c_str());
  }
}

int run(Arguments arguments, const Common& common) {
  watch_signals();
  const auto shard = find_shard(arguments.shard, [](const char* name) {
    const char* value = std::getenv(name);
    return value ? std::optional<std::string>(value) : std::nullopt;
  });
  if (!shard) return usage_error(shard.error());
  chaos::CampaignOptions& options = arguments.options;
  options.base = case_of(arguments.world);
  options.shard = shard->index;
  options.shards = shard->count;
  if (arguments.minutes > 0) {
    options.time = std::chrono::microseconds(static_cast<std::int64_t>(arguments.minutes * 60e6));
  }
  options.interrupted = [] { return stop_requested(); };
  ProgressLine line("storms", common.quiet || common.json);
  std::mutex mutex;  // guards line
  options.progress = [&](std::uint64_t done, std::uint64_t all) {
    const std::lock_guard lock(mutex);
    line.update(static_cast<std::int64_t>(done), static_cast<std::int64_t>(all));
  };
  const chaos::CampaignResult result = run_campaign(options);
  line.clear();
  for (const auto& [signature, failure] : result.failures) {
    const chaos::CaseFile file{failure.played, failure.faults, signature, failure.digest};
    const auto written = write_case(case_path(arguments, failure), file);
    if (!written) return usage_error(written.error());
  }
  if (!shard->from.empty() && !common.json) {
    std::printf("shard %" PRIu64 " of %" PRIu64 " (from %s)\n", shard->index, shard->count,
                shard->from.c_str());
  }
  if (common.json) {
    std::printf("%s\n", json_of(result, arguments).dump(2).c_str());
  } else {
    print_result(result, arguments);
  }
  if (result.failed_runs > 0 || !result.differed.empty()) return exit_fail;
  return result.interrupted || result.runs == 0 ? exit_unknown : exit_pass;
}

}  // namespace

Run add_chaos(CLI::App& program, Common& common) {
  auto arguments = std::make_shared<Arguments>();
  CLI::App* command =
      program.add_subcommand("chaos", "play storms of faults, seed after seed, and judge each run");
  command->footer(
      "Example: cutover chaos --seeds 10000\n"
      "A failure is written as a case file; replay and shrink take it.");
  command->add_option("--seeds", arguments->options.seeds, "how many seeds")
      ->capture_default_str()
      ->check(CLI::Range(std::uint64_t{1}, std::uint64_t{1'000'000'000}));
  command->add_option("--first", arguments->options.first, "the first seed")->capture_default_str();
  command->add_option("--shard", arguments->shard, "i/n: play only this part");
  command->add_option("--minutes", arguments->minutes, "begin no storm after so long")
      ->check(CLI::Range(0.0, 100'000.0));
  command->add_option("--threads", arguments->options.threads, "0: one for each processor")
      ->capture_default_str()
      ->check(CLI::Range(0U, 1024U));
  command->add_flag("--stop", arguments->options.stop_at_first, "stop at the first failure");
  command
      ->add_option("--twice", arguments->options.twice_one_in,
                   "play one seed in so many again on hand-off threads; 0: none")
      ->capture_default_str();
  command->add_option("--out", arguments->out, "folder for the case files of failures")
      ->capture_default_str();
  add_world_options(*command, arguments->world);
  return [arguments, &common] { return run(*arguments, common); };
}

}  // namespace cutover::app
