// cutover explore: every fault at every call, and every pair.

#include <CLI/CLI.hpp>
#include <cinttypes>
#include <cstdio>
#include <memory>
#include <mutex>
#include <set>

#include <nlohmann/json.hpp>

#include "app/commands.h"
#include "app/console.h"
#include "app/storm_arguments.h"
#include "app/whole_file.h"
#include "chaos/explore.h"
#include "chaos/heat_map.h"

namespace cutover::app {
namespace {

// Without --keys: all single faults of a migration of 100 keys, and all pairs of one of 20.
constexpr std::uint64_t keys_for_singles = 100;
constexpr std::uint64_t keys_for_pairs = 20;

struct ExploreArguments {
  chaos::ExploreOptions options;
  WorldOptions world;
  std::uint64_t seed = 1;
  bool singles = false;
  bool pairs = false;
  CLI::Option* keys = nullptr;
  std::string html;
  std::string out = "chaos-cases";
};

chaos::Explored play(const ExploreArguments& arguments, bool pairs, const Common& common) {
  chaos::ExploreOptions options = arguments.options;
  options.base = case_of(arguments.world);
  options.base.seed = arguments.seed;
  options.pairs = pairs;
  if (arguments.keys->count() == 0) {
    options.base.keys = pairs ? keys_for_pairs : keys_for_singles;
  }
  ProgressLine line(pairs ? "first faults of pairs" : "single faults", common.quiet || common.json);
  std::mutex mutex;  // guards line
  options.interrupted = [] { return stop_requested(); };
  options.progress = [&](std::uint64_t done, std::uint64_t all) {
    const std::lock_guard lock(mutex);
    line.update(static_cast<std::int64_t>(done), static_cast<std::int64_t>(all));
  };
  chaos::Explored result = chaos::explore(options);
  line.clear();
  return result;
}

const char* kind_of(const chaos::Explored& explored) {
  return explored.pairs ? "pairs" : "singles";
}

std::string case_path(const ExploreArguments& arguments, const chaos::Explored& explored,
                      const std::string& signature) {
  return arguments.out + "/explore-" + kind_of(explored) + "-" + signature + ".json";
}

nlohmann::ordered_json json_of(const chaos::Explored& explored, const ExploreArguments& arguments) {
  nlohmann::ordered_json json;
  json["keys"] = explored.keys;
  json["calls"] = explored.calls;
  json["played"] = explored.all.played;
  json["survived"] = explored.all.survived;
  json["interrupted"] = explored.interrupted;
  json["seconds"] = explored.seconds;
  json["failures"] = nlohmann::ordered_json::array();
  for (const auto& [signature, file] : explored.failures) {
    json["failures"].push_back(
        {{"signature", signature}, {"case", case_path(arguments, explored, signature)}});
  }
  json["heat"] = nlohmann::ordered_json::object();
  for (const auto& [cell, survival] : explored.heat) {
    json["heat"][cell.first][cell.second] = {{"played", survival.played},
                                             {"survived", survival.survived}};
  }
  return json;
}

std::string cell_text(const chaos::Explored& explored, const std::string& site,
                      const std::string& fault) {
  const auto found = explored.heat.find({site, fault});
  if (found == explored.heat.end()) return ".";
  const auto& [played, survived] = found->second;
  return played == survived ? std::to_string(played)
                            : std::to_string(survived) + " of " + std::to_string(played);
}

// The heat map: faults down, sites across. A dot: it cannot happen there.
void print_singles(const chaos::Explored& explored) {
  std::set<std::string> sites;
  std::set<std::string> faults;
  for (const auto& [cell, survival] : explored.heat) {
    sites.insert(cell.first);
    faults.insert(cell.second);
  }
  std::printf("  %-22s", "survived");
  for (const std::string& site : sites) std::printf(" %13s", site.c_str());
  std::printf("\n");
  for (const std::string& fault : faults) {
    std::printf("  %-22s", fault.c_str());
    for (const std::string& site : sites) {
      std::printf(" %13s", cell_text(explored, site, fault).c_str());
    }
    std::printf("\n");
  }
}

// Too many for a table (--html has it): what did not survive.
void print_pairs(const chaos::Explored& explored) {
  for (const auto& [cell, survival] : explored.heat) {
    if (survival.survived == survival.played) continue;
    std::printf("  %s, then %s: %" PRIu64 " of %" PRIu64 "\n", cell.first.c_str(),
                cell.second.c_str(), survival.survived, survival.played);
  }
}

void print(const chaos::Explored& explored, const ExploreArguments& arguments) {
  std::printf(
      "%" PRIu64 " of %" PRIu64 " %s survived: %" PRIu64 " keys, %" PRIu64 " calls, %.1f s\n",
      explored.all.survived, explored.all.played, explored.pairs ? "pairs" : "single faults",
      explored.keys, explored.calls, explored.seconds);
  explored.pairs ? print_pairs(explored) : print_singles(explored);
  for (const auto& [signature, file] : explored.failures) {
    const std::string path = case_path(arguments, explored, signature);
    std::printf("violated: %s\n  again:    ./cutover replay %s\n  smallest: ./cutover shrink %s\n",
                signature.c_str(), path.c_str(), path.c_str());
  }
}

int run(const ExploreArguments& arguments, const Common& common) {
  watch_signals();
  keep_freed_memory();
  std::vector<chaos::Explored> explored;
  const bool both = arguments.singles == arguments.pairs;
  if (both || arguments.singles) explored.push_back(play(arguments, false, common));
  if (both || arguments.pairs) explored.push_back(play(arguments, true, common));
  bool survived = true;
  bool unknown = false;
  nlohmann::ordered_json json;
  for (const chaos::Explored& one : explored) {
    survived = survived && one.all.survived == one.all.played;
    unknown = unknown || one.interrupted || one.all.played == 0;
    for (const auto& [signature, file] : one.failures) {
      const auto written = write_case(case_path(arguments, one, signature), file);
      if (!written) return usage_error(written.error());
    }
    if (common.json) {
      json[kind_of(one)] = json_of(one, arguments);
    } else {
      print(one, arguments);
    }
  }
  if (common.json) std::printf("%s\n", json.dump(2).c_str());
  if (!arguments.html.empty()) {
    const auto written = write_whole_file(arguments.html, chaos::heat_map_html(explored));
    if (!written) return usage_error(written.error());
    if (!common.json) std::printf("heat map: %s\n", arguments.html.c_str());
  }
  if (!survived) return exit_fail;
  return unknown ? exit_unknown : exit_pass;
}

}  // namespace

Run add_explore(CLI::App& program, Common& common) {
  auto arguments = std::make_shared<ExploreArguments>();
  arguments->world.scenario = "alone";
  CLI::App* command = program.add_subcommand(
      "explore", "play every fault at every call of a migration, and every pair of faults");
  command->footer(
      "Example: cutover explore --html heat.html\n"
      "         cutover explore --singles --keys 40\n"
      "Without --keys: all single faults with 100 keys, and all pairs with 20.");
  command->add_flag("--singles", arguments->singles, "only every fault at every call");
  command->add_flag("--pairs", arguments->pairs, "only every second fault after the first");
  command
      ->add_option("--one-in", arguments->options.pair_one_in, "of the pairs, play one in so many")
      ->capture_default_str()
      ->check(CLI::Range(std::uint64_t{1}, std::uint64_t{1'000'000}));
  command->add_option("--seed", arguments->seed, "of the world")->capture_default_str();
  command->add_option("--threads", arguments->options.threads, "0: one for each processor")
      ->capture_default_str()
      ->check(CLI::Range(0U, 1024U));
  command->add_option("--html", arguments->html, "write the heat map, one file");
  command->add_option("--out", arguments->out, "folder for the case files of failures")
      ->capture_default_str();
  add_world_options(*command, arguments->world);
  arguments->keys = command->get_option("--keys");
  return [arguments, &common] { return run(*arguments, common); };
}

}  // namespace cutover::app
