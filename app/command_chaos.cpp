// cutover chaos: a campaign of storms.

#include <CLI/CLI.hpp>
#include <cinttypes>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>

#include "app/campaign_text.h"
#include "app/certificate.h"
#include "app/commands.h"
#include "app/console.h"
#include "app/shard.h"
#include "app/storm_arguments.h"
#include "app/time_span.h"
#include "app/whole_file.h"
#include "chaos/campaign.h"
#include "chaos/campaign_report.h"
#include "chaos/plan_file.h"

namespace cutover::app {
namespace {

struct ChaosArguments {
  chaos::CampaignOptions options;
  WorldOptions world;
  std::string shard;
  std::string time;
  bool seeds_given = false;
  std::uint64_t reach_from = chaos::reach_from_default;
  std::string corpus;
  bool no_corpus = false;
  std::string plan;
  std::optional<std::uint64_t> plan_to_print;  // the seed that draws it
  std::string certificate;
  std::string check;
  std::string against;
  std::string out = "chaos-cases";
};

// Fills in the shard, the time and the corpus; empty when all is well, else what is wrong.
std::string complete(ChaosArguments& arguments) {
  chaos::CampaignOptions& options = arguments.options;
  options.base = case_of(arguments.world);
  if (!arguments.plan.empty()) {
    const auto text = read_whole_file(arguments.plan, 1U << 20);
    if (!text) return text.error();
    auto planned = chaos::plan_from_toml(*text, options.base);
    if (!planned) return arguments.plan + ": " + planned.error();
    options.base = std::move(*planned);
  }
  const auto shard = find_shard(arguments.shard, [](const char* name) {
    const char* value = std::getenv(name);
    return value ? std::optional<std::string>(value) : std::nullopt;
  });
  if (!shard) return shard.error();
  options.shard = shard->index;
  options.shards = shard->count;
  if (!shard->from.empty()) {
    std::fprintf(stderr, "shard %" PRIu64 " of %" PRIu64 " (from %s)\n", shard->index, shard->count,
                 shard->from.c_str());
  }
  if (!arguments.time.empty()) {
    const auto time = time_span_of(arguments.time);
    if (!time) return "--time " + time.error();
    options.time = *time;
    // With a time alone, it is the time that ends the campaign.
    if (!arguments.seeds_given) options.seeds = 1'000'000'000;
  }
  if (arguments.no_corpus) return "";
  const bool is_default = arguments.corpus.empty();
  const std::string folder = is_default ? CUTOVER_CORPUS : arguments.corpus;
  std::error_code ignored;
  // An installed program has no source folder.
  if (is_default && !std::filesystem::exists(folder, ignored)) return "";
  auto corpus = chaos::read_corpus(folder);
  if (!corpus) return corpus.error();
  options.corpus = std::move(*corpus);
  return "";
}

int run(ChaosArguments arguments, const Common& common) {
  watch_signals();
  keep_freed_memory();
  if (!arguments.check.empty()) {
    return check_certificate(arguments.check, arguments.against, common);
  }
  if (!arguments.against.empty()) return usage_error("--against: goes with --check FILE");
  const std::string wrong = complete(arguments);
  if (!wrong.empty()) return usage_error(wrong);
  chaos::CampaignOptions& options = arguments.options;
  if (arguments.plan_to_print) {
    std::printf("%s", plan_to_toml(drawn_plan(options.base, *arguments.plan_to_print)).c_str());
    return exit_pass;
  }
  options.interrupted = [] { return stop_requested(); };
  ProgressLine line("storms", common.quiet || common.json);
  std::mutex mutex;  // guards line
  options.progress = [&](std::uint64_t done, std::uint64_t all) {
    const std::lock_guard lock(mutex);
    line.update(static_cast<std::int64_t>(done), static_cast<std::int64_t>(all));
  };
  const chaos::CampaignReport report =
      report_of(options, run_campaign(options), CUTOVER_VERSION, arguments.reach_from);
  line.clear();
  const auto written = write_failures(report, arguments.out);
  if (!written) return usage_error(written.error());
  if (!arguments.certificate.empty()) {
    const int code = write_certificate(arguments.certificate, options);
    if (code != exit_pass) return code;
  }
  if (common.json) {
    std::printf("%s", to_json(report).c_str());
  } else {
    print_campaign(report, arguments.out);
  }
  return exit_code_of(report);
}

void add_budget(CLI::App& command, ChaosArguments& arguments) {
  command
      .add_option_function<std::uint64_t>(
          "--seeds",
          [&arguments](const std::uint64_t& seeds) {
            arguments.options.seeds = seeds;
            arguments.seeds_given = true;
          },
          "how many seeds [1000]; with --time alone, as many as there is time for")
      ->check(CLI::Range(std::uint64_t{1}, std::uint64_t{1'000'000'000}));
  command.add_option("--first", arguments.options.first, "the first seed")->capture_default_str();
  command.add_option("--shard", arguments.shard, "i/n: play only this part");
  command.add_option("--time", arguments.time, "begin no storm after so long: 90s, 5m, 2h");
  command.add_option("--threads", arguments.options.threads, "0: one for each processor")
      ->capture_default_str()
      ->check(CLI::Range(0U, 1024U));
  command.add_flag("--stop", arguments.options.stop_at_first, "stop at the first failure");
}

}  // namespace

Run add_chaos(CLI::App& program, Common& common) {
  auto arguments = std::make_shared<ChaosArguments>();
  CLI::App* command =
      program.add_subcommand("chaos", "play storms of faults, seed after seed, and judge each run");
  command->footer(
      "Example: cutover chaos --seeds 10000\n"
      "         cutover chaos --time 90s --stop\n"
      "         cutover chaos --print-plan 17 > plan.toml; cutover chaos --plan plan.toml\n"
      "A failure is written as a case file; replay and shrink take it. Shards that were written\n"
      "with --json are added up by `cutover report merge`.");
  add_budget(*command, *arguments);
  command
      ->add_option("--twice", arguments->options.twice_one_in,
                   "play one seed in so many again on hand-off threads; 0: none")
      ->capture_default_str();
  command
      ->add_option("--reach", arguments->reach_from,
                   "from so many storms on, a site, branch or fault that was never reached is a "
                   "failure; 0: never")
      ->capture_default_str();
  CLI::Option* corpus =
      command->add_option("--corpus", arguments->corpus,
                          "folder of past failures, played first [the source's chaos/corpus]");
  command->add_flag("--no-corpus", arguments->no_corpus, "play no past failures")->excludes(corpus);
  CLI::Option* plan = command->add_option(
      "--plan", arguments->plan,
      "TOML file with the faults and happenings to play, instead of those a seed draws");
  command
      ->add_option("--print-plan", arguments->plan_to_print,
                   "print what this seed draws, as such a file, and play nothing")
      ->excludes(plan);
  command->add_option("--certificate", arguments->certificate,
                      "write the histories of some seeds, for another build to check");
  command->add_option("--check", arguments->check,
                      "play only what this certificate holds, and compare");
  command->add_option("--against", arguments->against,
                      "with --check: the program that wrote it, to show both sides");
  command->add_option("--out", arguments->out, "folder for the case files of failures")
      ->capture_default_str();
  add_world_options(*command, arguments->world);
  return [arguments, &common] { return run(*arguments, common); };
}

}  // namespace cutover::app
