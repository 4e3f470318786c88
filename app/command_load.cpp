// cutover load: a profile's load on the simulated system, or on a server behind a URL.

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cctype>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <future>
#include <memory>

#include "app/commands.h"
#include "app/console.h"
#include "app/secret_file.h"
#include "app/whole_file.h"
#include "load/profile_file.h"
#include "load/real_run.h"
#include "load/summary.h"
#include "load/virtual_run.h"

namespace cutover::app {
namespace {

constexpr const char* user_token_variable = "CUTOVER_USER_TOKEN";
constexpr std::int64_t simulated_start_seconds = 1'764'000'000;  // as scenarios::WorldOptions

struct LoadArguments {
  std::string target;
  std::string profile = "plan";
  std::string dump = CUTOVER_SAMPLE;
  std::string phase = "d1";
  bool compare = false;
  std::uint64_t seed = 1;
  double requests_a_month = 0;
  std::string user;
  std::string user_token_file;
  CLI::App* command = nullptr;
};

// Empty: they fit together.
std::string what_is_wrong(const LoadArguments& arguments) {
  const auto given = [&](const char* flag) { return arguments.command->count(flag) > 0; };
  if (!arguments.target.empty()) {
    for (const char* flag : {"--phase", "--compare", "--requests-per-month"}) {
      if (given(flag)) return std::string(flag) + ": is the simulation's; leave out --target";
    }
  } else {
    for (const char* flag : {"--user", "--user-token-file"}) {
      if (given(flag)) return std::string(flag) + ": is for a server; the simulation has its own";
    }
  }
  const bool plain = std::all_of(arguments.user.begin(), arguments.user.end(), [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '_' || c == '.';
  });
  if (!plain || arguments.user.size() > 200) {
    return "--user: must be up to 200 letters, digits, -, _ and .";
  }
  return {};
}

tl::expected<load::Profile, std::string> profile_of(const std::string& name) {
  const bool known = name == "plan" || name == "day";
  const std::string path = known ? CUTOVER_PROFILES "/" + name + ".toml" : name;
  const auto text = read_whole_file(path, load::profile_bytes_max);
  if (!text) {
    return tl::unexpected("--profile: " + text.error() +
                          "; give a file, or one of the names plan and day");
  }
  return load::read_profile(*text, path);
}

tl::expected<std::string, std::string> token_of(const LoadArguments& arguments) {
  if (!arguments.user_token_file.empty()) return read_secret(arguments.user_token_file);
  const char* value = std::getenv(user_token_variable);
  const std::string token = value == nullptr ? "" : value;
  const bool printable = std::all_of(token.begin(), token.end(), [](char c) {
    return static_cast<unsigned char>(c) > ' ' && static_cast<unsigned char>(c) < 127;
  });
  if (printable && token.size() <= 4096) return token;
  return tl::unexpected(std::string(user_token_variable) + ": must be one token, without blanks");
}

void print(const std::string& text) {
  std::fputs(text.c_str(), stdout);
}

// ---- On a server ----

void show_standing(const load::Standing& standing) {
  const load::Slice& so_far = standing.so_far;
  std::fprintf(stderr,
               "\r\033[K%4.0f of %.0f s  target %.0f  %llu requests, %llu failed  p(95) %.1f ms",
               std::chrono::duration<double>(standing.elapsed).count(),
               std::chrono::duration<double>(standing.length).count(), standing.target,
               static_cast<unsigned long long>(so_far.requests),
               static_cast<unsigned long long>(so_far.failed),
               static_cast<double>(so_far.duration.percentile(95).count()) / 1000);
  std::fflush(stderr);
}

int load_server(const LoadArguments& arguments, const Common& common, load::Profile profile) {
  const auto token = token_of(arguments);
  if (!token) return usage_error(token.error());
  auto isbns = load::read_isbns(arguments.dump, simulated_start_seconds);
  if (!isbns) return usage_error(isbns.error());
  load::RealOptions options;
  options.profile = std::move(profile);
  options.target.url = arguments.target;
  options.target.user_token = *token;
  options.isbns = std::move(*isbns);
  options.user = arguments.user;
  options.seed = arguments.seed;
  options.interrupted = stop_requested;
  const bool shown = !common.quiet && isatty(STDERR_FILENO) == 1;
  if (shown) options.progress = show_standing;
  auto result = load::run_real(options);
  if (shown) std::fprintf(stderr, "\r\033[K");
  if (!result) return usage_error(result.error());
  load::LoadReport report{std::move(*result), {}, std::nullopt};
  report.judgements = load::judge(report.result, options.profile.thresholds);
  print(common.json ? load::summary_json(report) : load::summary_text(report));
  return exit_code_of(load::verdict_of(report.result, report.judgements));
}

// ---- In virtual time ----

using Simulated = tl::expected<load::LoadReport, std::string>;

Simulated simulate(const LoadArguments& arguments, const load::Profile& profile,
                   const load::Catalogue& catalogue, rollout::Phase phase, ProgressLine* line) {
  load::VirtualOptions options;
  options.profile = profile;
  options.phase = phase;
  options.seed = arguments.seed;
  options.interrupted = stop_requested;
  options.progress = [line](Duration done, Duration length) {
    if (line == nullptr) return;
    line->update(std::chrono::duration_cast<std::chrono::seconds>(done).count(),
                 std::chrono::duration_cast<std::chrono::seconds>(length).count());
  };
  auto result = load::run_virtual(catalogue, options);
  if (!result) return tl::unexpected(result.error());
  load::LoadReport report{std::move(*result), {}, std::nullopt};
  report.judgements = load::judge(report.result, profile.thresholds);
  if (report.result.measured.iterations > 0) {
    report.forecast = load::forecast_of(report.result, arguments.requests_a_month);
  }
  return report;
}

// Both at once where there are two: each world has its own thread.
std::vector<Simulated> simulate_all(const LoadArguments& arguments, const Common& common,
                                    const load::Profile& profile, const load::Catalogue& catalogue,
                                    rollout::Phase phase) {
  const bool quiet = common.quiet || common.json;
  const auto started = std::chrono::steady_clock::now();
  ProgressLine line("load", quiet || isatty(STDERR_FILENO) != 1);
  std::future<Simulated> baseline;
  if (arguments.compare) {
    baseline = std::async(std::launch::async, simulate, std::cref(arguments), std::cref(profile),
                          std::cref(catalogue), rollout::Phase::kv_only, nullptr);
  }
  Simulated other = simulate(arguments, profile, catalogue, phase, &line);
  std::vector<Simulated> all;
  if (arguments.compare) all.push_back(baseline.get());
  line.clear();
  if (!quiet && other) {
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - started;
    std::fprintf(stderr, "%.0f s of traffic in %.1f s of real time\n",
                 std::chrono::duration<double>(other->result.measured.elapsed).count(),
                 took.count());
  }
  all.push_back(std::move(other));
  return all;
}

int load_simulation(const LoadArguments& arguments, const Common& common,
                    const load::Profile& profile, const load::Catalogue& catalogue) {
  const auto phase = rollout::phase_named(arguments.phase);
  if (!phase) {
    return usage_error("--phase '" + arguments.phase +
                       "': must be kv_only, dual_write, backfill, reconcile, verify, d1_reads "
                       "or d1");
  }
  std::vector<load::LoadReport> reports;
  for (Simulated& each : simulate_all(arguments, common, profile, catalogue, *phase)) {
    if (!each) return usage_error(each.error());
    reports.push_back(std::move(*each));
  }
  const load::LoadReport& last = reports.back();
  if (arguments.compare) {
    print(common.json ? load::comparison_json(reports)
                      : load::comparison_text(reports) + "\n" + load::summary_text(last));
  } else {
    print(common.json ? load::summary_json(last) : load::summary_text(last));
  }
  return exit_code_of(load::verdict_of(last.result, last.judgements));
}

int run_load(const LoadArguments& arguments, const Common& common) {
  const std::string problem = what_is_wrong(arguments);
  if (!problem.empty()) return usage_error(problem);
  auto profile = profile_of(arguments.profile);
  if (!profile) return usage_error(profile.error());
  watch_signals();
  if (!arguments.target.empty()) return load_server(arguments, common, std::move(*profile));
  const auto catalogue = load::read_catalogue(arguments.dump, simulated_start_seconds);
  if (!catalogue) return usage_error(catalogue.error());
  return load_simulation(arguments, common, *profile, *catalogue);
}

}  // namespace

Run add_load(CLI::App& program, Common& common) {
  auto arguments = std::make_shared<LoadArguments>();
  CLI::App* command = program.add_subcommand(
      "load", "the plan's load test, on the simulated system or on a server (--target)");
  arguments->command = command;
  command->footer(
      "Examples: cutover load --compare\n"
      "          cutover load --profile day --requests-per-month 26000000\n"
      "          cutover load --target http://127.0.0.1:8787\n"
      "Without --target it runs in virtual time: the same seed gives the same summary. Exit code "
      "0\n"
      "when all thresholds hold, 1 when one does not, 3 when one could not be measured or it was\n"
      "interrupted. docs/LOAD.md explains profiles, figures and forecast.");
  command->add_option("--target", arguments->target, "URL of a server that serves the API");
  command
      ->add_option("--profile", arguments->profile,
                   "plan (the plan's load test), day (24 h at 10 requests/s), or a TOML file")
      ->capture_default_str();
  command
      ->add_option("--dump", arguments->dump,
                   "wrangler bulk file with the books to ask for; the target must know them")
      ->capture_default_str();
  command->add_option("--phase", arguments->phase, "phase of the rollout (docs/ROLLOUT.md)")
      ->capture_default_str();
  command->add_flag("--compare", arguments->compare,
                    "the same load on KV only first, and both side by side");
  command->add_option("--seed", arguments->seed, "seed of everything that is chosen")
      ->capture_default_str();
  command
      ->add_option("--requests-per-month", arguments->requests_a_month,
                   "of the forecast (default: the load, for 30 days)")
      ->check(CLI::Range(1.0, 1e12));
  command->add_option("--user", arguments->user, "whose shelf library requests use");
  command->add_option("--user-token-file", arguments->user_token_file,
                      "file with the user's token (default: the environment's CUTOVER_USER_TOKEN)");
  return [arguments, &common] { return run_load(*arguments, common); };
}

}  // namespace cutover::app
