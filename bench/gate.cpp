#include "bench/gate.h"

#include <simdjson.h>
#include <sqlite3.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <optional>

#include <nlohmann/json.hpp>

#include "bench/measure.h"
#include "bench/migration.h"
#include "bench/sample.h"
#include "bench/samples.h"
#include "bench/scratch.h"

namespace cutover::bench {
namespace {

using nlohmann::ordered_json;

constexpr int few_records = 500;
constexpr int many_records = 2500;
constexpr double count_difference_min = 0.03;
constexpr double time_difference_min = 0.02;
constexpr double chance_max = 0.001;

std::string_view words_of(Pace pace) {
  switch (pace) {
    case Pace::unchanged: return "unchanged";
    case Pace::faster: return "faster";
    case Pace::slower: return "slower";
    case Pace::unknown: return "unknown";
  }
  return "?";
}

Pace pace_beyond(double ratio, double difference_min) {
  if (ratio > 1 + difference_min) return Pace::slower;
  if (ratio < 1 / (1 + difference_min)) return Pace::faster;
  return Pace::unchanged;
}

// What the count depends on beside our code.
ordered_json surroundings(const std::string& valgrind_version) {
  return {{"compiler", std::string("GCC ") + __VERSION__},
          {"sqlite", sqlite3_libversion()},
          {"simdjson", simdjson::get_active_implementation()->name()},
          {"valgrind", valgrind_version}};
}

tl::expected<double, std::string> instructions(const std::string& valgrind,
                                               const std::string& program, int records) {
  const auto child = run_timed({valgrind, "--tool=callgrind", "--callgrind-out-file=/dev/null",
                                "--log-fd=1", program, "work", std::to_string(records)});
  if (!child) return tl::unexpected(child.error());
  const std::string_view label = "Collected : ";
  const std::size_t at = child->output.find(label);
  if (at == std::string::npos) return tl::unexpected(std::string("callgrind printed no count"));
  return std::strtod(child->output.c_str() + at + label.size(), nullptr);
}

// The difference of two sizes: start and schema are the same in both.
tl::expected<double, std::string> instructions_per_key(const std::string& valgrind,
                                                       const std::string& program) {
  const auto few = instructions(valgrind, program, few_records);
  if (!few) return few;
  const auto many = instructions(valgrind, program, many_records);
  if (!many) return many;
  return (*many - *few) / (many_records - few_records);
}

tl::expected<double, std::string> seconds_of_work(const std::string& program) {
  const auto child = run_timed({program, "work", std::to_string(many_records)});
  if (!child) return tl::unexpected(child.error());
  return std::strtod(child->output.c_str(), nullptr);
}

std::optional<ordered_json> read_baseline(const std::string& file) {
  std::ifstream stream(file);
  ordered_json baseline = ordered_json::parse(stream, nullptr, false);
  const bool usable = baseline.is_object() && baseline.contains("instructionsPerKey") &&
                      baseline["instructionsPerKey"].is_number() &&
                      baseline["instructionsPerKey"].get<double>() > 0;
  if (!usable) return std::nullopt;
  return baseline;
}

struct Judged {
  Pace pace = Pace::unknown;
  std::string why;
};

Judged judge_instructions(const GateOptions& options, const std::string& program) {
  const std::string valgrind = found_program("valgrind");
  if (valgrind.empty())
    return {Pace::unknown, "valgrind is not installed: apt-get install valgrind"};
  const auto baseline = read_baseline(options.baseline);
  if (!options.write && !baseline) {
    return {Pace::unknown,
            options.baseline + ": is no baseline; write one with: cutover bench gate --write"};
  }
  const auto version = run_timed({valgrind, "--version"});
  if (!version) return {Pace::unknown, version.error()};
  std::string valgrind_version = version->output;
  while (!valgrind_version.empty() && valgrind_version.back() == '\n') valgrind_version.pop_back();
  const auto once = instructions_per_key(valgrind, program);
  if (!once) return {Pace::unknown, once.error()};
  const auto again = instructions_per_key(valgrind, program);
  if (!again) return {Pace::unknown, again.error()};
  const double now = (*once + *again) / 2;
  const double noise = std::abs(*once - *again) / now;
  const ordered_json here = surroundings(valgrind_version);
  char text[200];
  if (options.write) {
    const ordered_json written = {{"instructionsPerKey", std::round(now)}, {"measuredWith", here}};
    std::ofstream stream(options.baseline);
    stream << written.dump(2) << "\n";
    stream.close();
    if (!stream) return {Pace::unknown, options.baseline + ": cannot be written"};
    std::snprintf(text, sizeof text, "%.0f instructions for each key; written", now);
    return {Pace::unchanged, text};
  }
  const double before = (*baseline)["instructionsPerKey"].get<double>();
  std::snprintf(text, sizeof text,
                "%.0f instructions for each key, %.0f in the baseline (%+.1f %%); noise %.2f %%",
                now, before, (now / before - 1) * 100, noise * 100);
  if (baseline->value("measuredWith", ordered_json()) != here) {
    return {Pace::unknown, std::string(text) + "; but the baseline was measured with " +
                               baseline->value("measuredWith", ordered_json()).dump() +
                               ", this is " + here.dump()};
  }
  return {pace_of_counts(before, now, noise), text};
}

// The same program against itself first, then both in turn, so that noise meets all alike.
Judged judge_seconds(const GateOptions& options, const std::string& program) {
  std::vector<double> before;
  std::vector<double> before_again;
  std::vector<double> now;
  for (int round = 0; round < options.rounds; ++round) {
    for (const auto& [measured, times] :
         {std::pair(options.against, &before), std::pair(program, &now),
          std::pair(options.against, &before_again)}) {
      const auto seconds = seconds_of_work(measured);
      if (!seconds) return {Pace::unknown, seconds.error()};
      times->push_back(*seconds);
    }
  }
  const double noise = std::abs(median(before) / median(before_again) - 1);
  std::vector<double> all_before = before;
  all_before.insert(all_before.end(), before_again.begin(), before_again.end());
  char text[200];
  std::snprintf(text, sizeof text,
                "%.1f ms, %.1f ms before (%+.1f %%); chance %.4f; the earlier program against "
                "itself %.1f %%",
                median(now) * 1000, median(all_before) * 1000,
                (median(now) / median(all_before) - 1) * 100, rank_test(all_before, now),
                noise * 100);
  return {pace_of(all_before, now, noise), text};
}

}  // namespace

Pace pace_of_counts(double before, double now, double noise) {
  return pace_beyond(now / before, std::max(count_difference_min, 3 * noise));
}

Pace pace_of(const std::vector<double>& before, const std::vector<double>& now, double noise) {
  const double ratio = median(now) / median(before);
  const Pace pace = pace_beyond(ratio, std::max(time_difference_min, 2 * noise));
  if (pace == Pace::unchanged) return pace;
  return rank_test(before, now) < chance_max ? pace : Pace::unknown;
}

void add_gate_options(CLI::App& command, GateOptions& options) {
  command.add_option("--measured", options.measured, "another cutover_bench than this one");
  command.add_option("--against", options.against,
                     "the cutover_bench of an earlier state, for a comparison of seconds");
  command.add_option("--baseline", options.baseline, "the instructions that a key may take")
      ->default_val(CUTOVER_SOURCE_DIR "/bench/baseline.json");
  command.add_option("--rounds", options.rounds, "measurements of seconds on each side")
      ->capture_default_str()
      ->check(CLI::Range(8, 1000));
  command.add_flag("--write", options.write, "write the baseline anew instead");
  command.footer("Exit codes: 0 unchanged or faster, 1 slower, 2 wrong usage, 3 unknown.");
}

int run_gate(const GateOptions& options, const std::string& self) {
  const std::string program = options.measured.empty() ? self : options.measured;
  const Judged counted = judge_instructions(options, program);
  std::printf("instructions: %s: %s\n", std::string(words_of(counted.pace)).c_str(),
              counted.why.c_str());
  Pace pace = counted.pace;
  if (!options.against.empty()) {
    const Judged timed = judge_seconds(options, program);
    std::printf("seconds: %s: %s\n", std::string(words_of(timed.pace)).c_str(), timed.why.c_str());
    if (timed.pace == Pace::slower || pace == Pace::unknown) pace = timed.pace;
  }
  std::printf("the migrator: %s\n", std::string(words_of(pace)).c_str());
  if (pace == Pace::slower) return 1;
  return pace == Pace::unknown ? 3 : 0;
}

int run_work(int records) {
  const std::vector<KvRecord>& all = sample();
  const auto count = std::min(all.size(), static_cast<std::size_t>(records));
  const std::vector<KvRecord> some(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(count));
  const ScratchFolder folder;
  std::printf("%.9f\n", migrate(some, folder.file("migrated.sqlite")));
  return 0;
}

}  // namespace cutover::bench
