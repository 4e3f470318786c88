#include "chaos/defects/probing.h"

#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <mutex>
#include <thread>

#include "adapters/process/child.h"

namespace cutover::chaos {
namespace {

using nlohmann::ordered_json;

std::string path_of(const ProbingOptions& options, const std::string& program) {
  return options.probes + "/" + program;
}

void play(Probed& probed, const ProbingOptions& options) {
  std::vector<std::string> words = {path_of(options, probed.program),
                                    options.patches + "/" + probed.defect->name + ".patch",
                                    "--runs", std::to_string(probed.runs_max)};
  if (probed.canary) words.emplace_back("--canary");
  const auto end = process::run_child(words);
  if (!end) {
    probed.problem = end.error();
    return;
  }
  probed.found = ordered_json::parse(end->output, nullptr, false);
  if (end->code == 0 && probed.found.is_object()) return;
  probed.found = ordered_json::object();
  probed.problem = "its probe ended with code " + std::to_string(end->code);
}

void play_all(std::vector<Probed>& probes, const ProbingOptions& options) {
  std::atomic<std::size_t> next{0};
  std::mutex mutex;  // guards done, and calls of progress
  std::size_t done = 0;
  const auto work = [&] {
    for (;;) {
      const std::size_t at = next++;
      if (at >= probes.size() || (options.interrupted && options.interrupted())) return;
      play(probes[at], options);
      const std::lock_guard lock(mutex);
      ++done;
      if (options.progress) options.progress(done, probes.size());
    }
  };
  const unsigned jobs =
      options.jobs != 0 ? options.jobs : std::max(1U, std::thread::hardware_concurrency());
  std::vector<std::thread> workers;
  for (unsigned i = 1; i < jobs; ++i) workers.emplace_back(work);
  work();
  for (std::thread& worker : workers) worker.join();
}

Probed new_probe(const Defect& defect, std::string program, std::uint64_t runs_max) {
  Probed probed;
  probed.defect = &defect;
  probed.program = std::move(program);
  probed.runs_max = runs_max;
  return probed;
}

// The core as it is, in each world that a defect was looked for in, over the same seeds; and the
// canary, in the first of them.
std::vector<Probed> controls_of(const std::vector<Probed>& probes) {
  constexpr std::uint64_t runs_min = 20;
  std::vector<Probed> all;
  for (const Probed& probed : probes) {
    const auto same_world = [&](const Probed& control) {
      return control.defect->played == probed.defect->played;
    };
    auto control = std::find_if(all.begin(), all.end(), same_world);
    if (control == all.end()) {
      all.push_back(new_probe(*probed.defect, "control", runs_min));
      control = all.end() - 1;
    }
    control->runs_max = std::max(control->runs_max, probed.runs());
  }
  all.push_back(new_probe(*probes.front().defect, "control", 1));
  all.back().canary = true;
  return all;
}

}  // namespace

std::string Probed::signature() const {
  return found.contains("died") ? found.value("died", "") : found.value("signature", "");
}

std::size_t Probing::caught() const {
  return static_cast<std::size_t>(std::count_if(
      defects.begin(), defects.end(), [](const Probed& probed) { return probed.caught_truly(); }));
}

std::size_t Probing::strayed() const {
  return static_cast<std::size_t>(
      std::count_if(defects.begin(), defects.end(),
                    [](const Probed& probed) { return !probed.found.value("sameFailure", true); }));
}

bool Probing::control_is_clean() const {
  return std::none_of(controls.begin(), controls.end() - 1, [](const Probed& probed) {
    return probed.caught() || !probed.problem.empty();
  });
}

bool Probing::well() const {
  return caught() == defects.size() && strayed() == 0 && control_is_clean() && canary_failed();
}

double Probing::median_of(const char* member) const {
  std::vector<double> numbers;
  for (const Probed& probed : defects) {
    if (probed.caught_truly() && probed.found.contains(member)) {
      numbers.push_back(probed.found[member].get<double>());
    }
  }
  if (numbers.empty()) return 0;
  std::sort(numbers.begin(), numbers.end());
  const std::size_t half = numbers.size() / 2;
  return numbers.size() % 2 == 1 ? numbers[half] : (numbers[half - 1] + numbers[half]) / 2;
}

std::string missing_probes(const ProbingOptions& options) {
  const std::string control = path_of(options, "control");
  if (access(control.c_str(), X_OK) == 0) return "";
  return control + " is missing; build the probes first: ./cutover build defects";
}

Probing probe(const std::vector<Defect>& defects, const ProbingOptions& options) {
  const auto began = std::chrono::steady_clock::now();
  Probing probing;
  for (const Defect& defect : defects) {
    probing.defects.push_back(new_probe(defect, defect.name, options.runs));
  }
  play_all(probing.defects, options);
  probing.controls = controls_of(probing.defects);
  play_all(probing.controls, options);
  probing.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
  return probing;
}

}  // namespace cutover::chaos
