// cutover defects: every planted defect must be caught, the core as it is must not, and the canary
// must fail.

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cinttypes>
#include <cstdio>
#include <memory>

#include <nlohmann/json.hpp>

#include "app/commands.h"
#include "app/console.h"
#include "app/storm_arguments.h"
#include "chaos/defects/probing.h"

namespace cutover::app {
namespace {

using chaos::Probed;
using chaos::Probing;
using nlohmann::ordered_json;

struct DefectsArguments {
  std::vector<std::string> only;
  unsigned jobs = 0;
  std::uint64_t runs = 400;
  std::string out = "defect-cases";
};

chaos::ProbingOptions options_of(const DefectsArguments& arguments) {
  chaos::ProbingOptions options;
  options.patches = CUTOVER_DEFECTS;
  options.probes = CUTOVER_PROBES;
  options.runs = arguments.runs;
  options.jobs = arguments.jobs;
  return options;
}

ordered_json json_of(const Probing& result) {
  ordered_json json;
  json["defects"] = ordered_json::array();
  for (const Probed& probed : result.defects) {
    ordered_json entry = {{"name", probed.defect->name},
                          {"breaks", probed.defect->breaks},
                          {"from", probed.defect->from}};
    entry.update(probed.found);
    if (!probed.problem.empty()) entry["problem"] = probed.problem;
    json["defects"].push_back(std::move(entry));
  }
  json["of"] = result.defects.size();
  json["caught"] = result.caught();
  json["medianDecisions"] = result.median_of("decisions");
  json["medianShrinkSeconds"] = result.median_of("shrinkSeconds");
  json["shrunkToAnotherFailure"] = result.strayed();
  json["controlIsClean"] = result.control_is_clean();
  json["canaryFailed"] = result.canary_failed();
  json["seconds"] = result.seconds;
  return json;
}

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : " ") + word;
  return text;
}

void print_defect(const Probed& probed) {
  const std::string caught_by = probed.caught_truly()      ? probed.signature()
                                : !probed.problem.empty()  ? "PROBLEM: " + probed.problem
                                : probed.found.is_object() ? "NOT CAUGHT"
                                                           : "not played";
  const double seconds =
      probed.found.value("seconds", 0.0) + probed.found.value("shrinkSeconds", 0.0);
  std::printf("%-34s %-11s %5" PRIu64 " %9s %5s %6.1f  %s\n", probed.defect->name.c_str(),
              joined(probed.defect->from).c_str(), probed.runs(),
              probed.found.contains("decisions") ? probed.found["decisions"].dump().c_str() : "-",
              probed.found.contains("keys") ? probed.found["keys"].dump().c_str() : "-", seconds,
              caught_by.c_str());
}

void print_result(const Probing& result, const std::string& out) {
  std::printf("%-34s %-11s %5s %9s %5s %6s  %s\n", "defect", "from", "runs", "decisions", "keys",
              "s", "caught by");
  for (const Probed& probed : result.defects) print_defect(probed);
  std::printf("\n%zu of %zu caught; median smallest case %g decisions, found in %.1f s\n",
              result.caught(), result.defects.size(), result.median_of("decisions"),
              result.median_of("shrinkSeconds"));
  if (result.strayed() > 0) {
    std::printf("%zu were shrunk to ANOTHER failure\n", result.strayed());
  }
  for (std::size_t i = 0; i + 1 < result.controls.size(); ++i) {
    const Probed& control = result.controls[i];
    if (!control.caught() && control.problem.empty()) continue;
    std::printf("the core as it is was CAUGHT too, in the world of %s: %s %s\n",
                control.defect->name.c_str(), control.signature().c_str(), control.problem.c_str());
  }
  if (result.control_is_clean()) {
    std::uint64_t runs = 0;
    for (const Probed& control : result.controls) runs += control.runs();
    std::printf("the core as it is: not caught in %" PRIu64 " storms of the same worlds\n", runs);
  }
  std::printf("the canary: %s\n", result.canary_failed() ? "failed, as it must" : "did NOT fail");
  std::printf("smallest cases: %s; %.0f s in all\n", out.c_str(), result.seconds);
}

tl::expected<std::vector<chaos::Defect>, std::string> chosen(const DefectsArguments& arguments) {
  auto all = chaos::read_catalogue(CUTOVER_DEFECTS);
  if (!all || arguments.only.empty()) return all;
  std::vector<chaos::Defect> some;
  for (const std::string& name : arguments.only) {
    const auto found = std::find_if(all->begin(), all->end(),
                                    [&](const auto& defect) { return defect.name == name; });
    if (found == all->end()) {
      return tl::unexpected("--only: there is no planted defect '" + name + "'; see " +
                            CUTOVER_DEFECTS);
    }
    some.push_back(*found);
  }
  return some;
}

int run(const DefectsArguments& arguments, const Common& common) {
  const auto defects = chosen(arguments);
  if (!defects) return usage_error(defects.error());
  chaos::ProbingOptions options = options_of(arguments);
  const std::string missing = missing_probes(options);
  if (!missing.empty()) return usage_error(missing);
  watch_signals();
  ProgressLine line("defects", common.quiet || common.json);
  options.interrupted = [] { return stop_requested(); };
  options.progress = [&line](std::size_t done, std::size_t all) {
    line.update(static_cast<std::int64_t>(done), static_cast<std::int64_t>(all));
  };
  const Probing result = chaos::probe(*defects, options);
  line.clear();
  for (const Probed& probed : result.defects) {
    if (!probed.found.contains("case")) continue;
    const auto file = chaos::case_from_json(probed.found["case"].dump());
    if (!file) return usage_error(probed.defect->name + ": " + file.error());
    const auto written = write_case(arguments.out + "/" + probed.defect->name + ".json", *file);
    if (!written) return usage_error(written.error());
  }
  if (common.json) {
    std::printf("%s\n", json_of(result).dump(2).c_str());
  } else {
    print_result(result, arguments.out);
  }
  if (stop_requested()) return exit_unknown;
  return result.well() ? exit_pass : exit_fail;
}

}  // namespace

Run add_defects(CLI::App& program, Common& common) {
  auto arguments = std::make_shared<DefectsArguments>();
  CLI::App* command = program.add_subcommand(
      "defects", "plant known defects in the core, one at a time: each must be caught");
  command->footer(
      "Example: cutover defects\n"
      "         cutover defects --only resume-starts-over\n"
      "The patches are in chaos/defects; docs/DEFECTS.md lists them.");
  command->add_option("--only", arguments->only, "only this defect; may be given again");
  command->add_option("--jobs", arguments->jobs, "probes at once; 0: one for each processor")
      ->capture_default_str()
      ->check(CLI::Range(0U, 1024U));
  command->add_option("--runs", arguments->runs, "storms for each, before it counts as not caught")
      ->capture_default_str()
      ->check(CLI::Range(std::uint64_t{1}, std::uint64_t{1'000'000}));
  command->add_option("--out", arguments->out, "folder for the smallest cases")
      ->capture_default_str();
  return [arguments, &common] { return run(*arguments, common); };
}

}  // namespace cutover::app
