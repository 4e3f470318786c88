// cutover explore: every fault at every call, and every pair.

#include <CLI/CLI.hpp>
#include <cinttypes>
#include <cstdio>
#include <memory>
#include <mutex>

#include <nlohmann/json.hpp>

#include "app/commands.h"
#include "app/console.h"
#include "app/storm_arguments.h"
#include "chaos/explore.h"

namespace cutover::app {
namespace {

struct Arguments {
  chaos::ExploreOptions options;
  WorldOptions world;
  std::uint64_t seed = 1;
  std::string out = "chaos-cases";
};

int run(Arguments arguments, const Common& common) {
  watch_signals();
  arguments.options.base = case_of(arguments.world);
  arguments.options.base.seed = arguments.seed;
  ProgressLine line("faults", common.quiet || common.json);
  std::mutex mutex;  // guards line
  arguments.options.interrupted = [] { return stop_requested(); };
  arguments.options.progress = [&](std::uint64_t done, std::uint64_t all) {
    const std::lock_guard lock(mutex);
    line.update(static_cast<std::int64_t>(done), static_cast<std::int64_t>(all));
  };
  const chaos::Explored result = chaos::explore(arguments.options);
  line.clear();
  nlohmann::ordered_json failures = nlohmann::ordered_json::array();
  for (const auto& [signature, file] : result.failures) {
    const std::string path = arguments.out + "/explore-" + signature + ".json";
    const auto written = write_case(path, file);
    if (!written) return usage_error(written.error());
    failures.push_back({{"signature", signature}, {"case", path}});
  }
  if (common.json) {
    nlohmann::ordered_json json;
    json["calls"] = result.calls;
    json["played"] = result.played;
    json["survived"] = result.survived;
    json["pairs"] = arguments.options.pairs;
    json["interrupted"] = stop_requested();
    json["seconds"] = result.seconds;
    json["failures"] = failures;
    for (const auto& [cell, counts] : result.heat) {
      json["heat"][cell.first][cell.second] = {{"played", counts.first},
                                               {"survived", counts.second}};
    }
    std::printf("%s\n", json.dump(2).c_str());
  } else {
    std::printf("%" PRIu64 " keys, %" PRIu64 " calls, %s\n", arguments.options.base.keys,
                result.calls,
                arguments.options.pairs ? "every fault and every pair of faults"
                                        : "every fault at every call");
    std::printf("%" PRIu64 " of %" PRIu64 " survived, in %.1f s\n", result.survived, result.played,
                result.seconds);
    for (const auto& [cell, counts] : result.heat) {
      std::printf("  %-12s %-16s %8" PRIu64 " of %" PRIu64 "\n", cell.first.c_str(),
                  cell.second.c_str(), counts.second, counts.first);
    }
    for (const auto& failure : failures) {
      std::printf("violated: %s\n  again: ./cutover replay %s\n",
                  failure["signature"].get<std::string>().c_str(),
                  failure["case"].get<std::string>().c_str());
    }
  }
  if (result.survived != result.played) return exit_fail;
  return stop_requested() || result.played == 0 ? exit_unknown : exit_pass;
}

}  // namespace

Run add_explore(CLI::App& program, Common& common) {
  auto arguments = std::make_shared<Arguments>();
  arguments->world.scenario = "alone";
  CLI::App* command = program.add_subcommand(
      "explore", "play every fault at every call of a migration, and with --pairs every pair");
  command->footer(
      "Example: cutover explore --keys 100\n"
      "         cutover explore --keys 20 --pairs");
  command->add_flag("--pairs", arguments->options.pairs, "also every second fault after the first");
  command
      ->add_option("--one-in", arguments->options.pair_one_in, "of the pairs, play one in so many")
      ->capture_default_str()
      ->check(CLI::Range(std::uint64_t{1}, std::uint64_t{1'000'000}));
  command->add_option("--seed", arguments->seed, "of the world")->capture_default_str();
  command->add_option("--threads", arguments->options.threads, "0: one for each processor")
      ->capture_default_str()
      ->check(CLI::Range(0U, 1024U));
  command->add_option("--out", arguments->out, "folder for the case files of failures")
      ->capture_default_str();
  add_world_options(*command, arguments->world);
  return [arguments, &common] { return run(*arguments, common); };
}

}  // namespace cutover::app
