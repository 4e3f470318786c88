// cutover defects: every planted defect must be caught, the core as it is must not, and the canary
// must fail.

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <atomic>
#include <cinttypes>
#include <cstdio>
#include <memory>
#include <mutex>
#include <thread>

#include <nlohmann/json.hpp>

#include "app/child.h"
#include "app/commands.h"
#include "app/console.h"
#include "app/storm_arguments.h"
#include "chaos/defects/catalogue.h"

namespace cutover::app {
namespace {

using nlohmann::ordered_json;

struct Arguments {
  std::vector<std::string> only;
  unsigned jobs = 0;
  std::uint64_t runs = 400;
  std::string out = "defect-cases";
};

// What one probe came to.
struct Probed {
  const chaos::Defect* defect = nullptr;
  std::string program;  // of the probe: the defect's name, or "control"
  std::uint64_t runs_max = 0;
  bool canary = false;
  ordered_json found = ordered_json::object();  // as the probe printed it
  std::string problem;                          // why there is nothing

  [[nodiscard]] bool caught() const { return found.value("caught", false); }
  [[nodiscard]] std::string signature() const {
    return found.contains("died") ? found.value("died", "") : found.value("signature", "");
  }
  // By an invariant that means something.
  [[nodiscard]] bool caught_truly() const { return caught() && signature() != "canary"; }
  [[nodiscard]] std::uint64_t runs() const { return found.value("runs", std::uint64_t{0}); }
};

std::string probe_path(const std::string& name) {
  return std::string(CUTOVER_PROBES) + "/" + name;
}

void play(Probed& probed) {
  std::vector<std::string> words = {
      probe_path(probed.program),
      std::string(CUTOVER_DEFECTS) + "/" + probed.defect->name + ".patch", "--runs",
      std::to_string(probed.runs_max)};
  if (probed.canary) words.emplace_back("--canary");
  const auto end = run_child(words);
  if (!end) {
    probed.problem = end.error();
    return;
  }
  probed.found = ordered_json::parse(end->output, nullptr, false);
  if (end->code == 0 && probed.found.is_object()) return;
  probed.found = ordered_json::object();
  probed.problem = "its probe ended with code " + std::to_string(end->code);
}

void play_all(std::vector<Probed>& probes, const Arguments& arguments, ProgressLine& line) {
  std::atomic<std::size_t> next{0};
  std::mutex mutex;  // guards line and done
  std::int64_t done = 0;
  const auto work = [&] {
    for (;;) {
      const std::size_t at = next++;
      if (at >= probes.size() || stop_requested()) return;
      play(probes[at]);
      const std::lock_guard lock(mutex);
      line.update(++done, static_cast<std::int64_t>(probes.size()));
    }
  };
  const unsigned jobs =
      arguments.jobs != 0 ? arguments.jobs : std::max(1U, std::thread::hardware_concurrency());
  std::vector<std::thread> workers;
  for (unsigned i = 1; i < jobs; ++i) workers.emplace_back(work);
  work();
  for (std::thread& worker : workers) worker.join();
}

// The core as it is, in each world that a defect was looked for in, over the same seeds; and the
// canary, in the first of them.
std::vector<Probed> controls(const std::vector<Probed>& probes) {
  constexpr std::uint64_t runs_min = 20;
  std::vector<Probed> all;
  for (const Probed& probed : probes) {
    const auto same_world = [&](const Probed& control) {
      return control.defect->played == probed.defect->played;
    };
    auto control = std::find_if(all.begin(), all.end(), same_world);
    if (control == all.end()) {
      all.push_back({probed.defect, "control", runs_min, false, ordered_json::object(), ""});
      control = all.end() - 1;
    }
    control->runs_max = std::max(control->runs_max, probed.runs());
  }
  all.push_back({probes.front().defect, "control", 1, true, ordered_json::object(), ""});
  return all;
}

double median(std::vector<double> numbers) {
  if (numbers.empty()) return 0;
  std::sort(numbers.begin(), numbers.end());
  const std::size_t half = numbers.size() / 2;
  return numbers.size() % 2 == 1 ? numbers[half] : (numbers[half - 1] + numbers[half]) / 2;
}

double median_of(const std::vector<Probed>& probes, const char* member) {
  std::vector<double> numbers;
  for (const Probed& probed : probes) {
    if (probed.caught_truly() && probed.found.contains(member)) {
      numbers.push_back(probed.found[member].get<double>());
    }
  }
  return median(std::move(numbers));
}

struct Result {
  std::vector<Probed> defects;
  std::vector<Probed> controls;  // the last is the canary
  double seconds = 0;

  [[nodiscard]] std::size_t caught() const {
    return static_cast<std::size_t>(
        std::count_if(defects.begin(), defects.end(),
                      [](const Probed& probed) { return probed.caught_truly(); }));
  }
  // A shrunk case that fails otherwise than the defect did.
  [[nodiscard]] std::size_t strayed() const {
    return static_cast<std::size_t>(std::count_if(
        defects.begin(), defects.end(),
        [](const Probed& probed) { return !probed.found.value("sameFailure", true); }));
  }
  [[nodiscard]] bool control_is_clean() const {
    return std::none_of(controls.begin(), controls.end() - 1, [](const Probed& probed) {
      return probed.caught() || !probed.problem.empty();
    });
  }
  [[nodiscard]] bool canary_failed() const { return controls.back().signature() == "canary"; }
};

ordered_json json_of(const Result& result) {
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
  json["medianDecisions"] = median_of(result.defects, "decisions");
  json["medianShrinkSeconds"] = median_of(result.defects, "shrinkSeconds");
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

void print_result(const Result& result, const std::string& out) {
  std::printf("%-34s %-11s %5s %9s %5s %6s  %s\n", "defect", "from", "runs", "decisions", "keys",
              "s", "caught by");
  for (const Probed& probed : result.defects) print_defect(probed);
  std::printf("\n%zu of %zu caught; median smallest case %g decisions, found in %.1f s\n",
              result.caught(), result.defects.size(), median_of(result.defects, "decisions"),
              median_of(result.defects, "shrinkSeconds"));
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

tl::expected<std::vector<chaos::Defect>, std::string> chosen(const Arguments& arguments) {
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

int run(const Arguments& arguments, const Common& common) {
  const auto began = std::chrono::steady_clock::now();
  const auto defects = chosen(arguments);
  if (!defects) return usage_error(defects.error());
  if (access(probe_path("control").c_str(), X_OK) != 0) {
    return usage_error(probe_path("control") +
                       " is missing; build the probes first: ./cutover build defects");
  }
  watch_signals();
  ProgressLine line("defects", common.quiet || common.json);
  Result result;
  for (const chaos::Defect& defect : *defects) {
    result.defects.push_back(
        {&defect, defect.name, arguments.runs, false, ordered_json::object(), ""});
  }
  play_all(result.defects, arguments, line);
  result.controls = controls(result.defects);
  play_all(result.controls, arguments, line);
  line.clear();
  for (const Probed& probed : result.defects) {
    if (!probed.found.contains("case")) continue;
    const auto file = chaos::case_from_json(probed.found["case"].dump());
    if (!file) return usage_error(probed.defect->name + ": " + file.error());
    const auto written = write_case(arguments.out + "/" + probed.defect->name + ".json", *file);
    if (!written) return usage_error(written.error());
  }
  result.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
  if (common.json) {
    std::printf("%s\n", json_of(result).dump(2).c_str());
  } else {
    print_result(result, arguments.out);
  }
  if (stop_requested()) return exit_unknown;
  const bool well = result.caught() == result.defects.size() && result.strayed() == 0 &&
                    result.control_is_clean() && result.canary_failed();
  return well ? exit_pass : exit_fail;
}

}  // namespace

Run add_defects(CLI::App& program, Common& common) {
  auto arguments = std::make_shared<Arguments>();
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
