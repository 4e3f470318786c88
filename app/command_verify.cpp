// cutover verify: the acceptance run.

#include <CLI/CLI.hpp>
#include <charconv>
#include <cstdio>
#include <ctime>
#include <filesystem>
#include <memory>

#include "adapters/workerd/workerd_process.h"
#include "app/acceptance_arguments.h"
#include "app/commands.h"
#include "app/console.h"
#include "app/report_history.h"
#include "app/target_arguments.h"
#include "app/verify_post.h"
#include "reports/figures.h"
#include "reports/json_report.h"
#include "reports/key_list.h"
#include "reports/report_files.h"
#include "worker/acceptance.h"

namespace cutover::app {
namespace {

struct VerifyArguments {
  scenarios::VerifyOptions options;
  std::string library;
  std::string worker;
  std::string only;
  AcceptanceArguments acceptance;
  TargetArguments target;
  const CLI::Option* dump = nullptr;  // to tell whether it was given
  std::string out = "report";
  std::string history;  // folder of earlier reports; empty: none
};

std::string now_iso() {
  const std::time_t now = std::time(nullptr);
  std::tm utc{};
  gmtime_r(&now, &utc);
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &utc);
  return text;
}

using Judged = tl::expected<reports::Report, std::string>;

Judged verify_migration(VerifyArguments& arguments, const Common& common) {
  scenarios::VerifyOptions& options = arguments.options;
  if (!arguments.library.empty()) options.library = arguments.library;
  options.out_directory = arguments.out;
  options.started = now_iso();
  options.tool_version = CUTOVER_VERSION;
  options.command = common.typed;
  const auto acceptance = acceptance_options(arguments.acceptance, options);
  if (!acceptance) return tl::unexpected(acceptance.error());
  ConsoleProgress progress(common.quiet || common.json);
  return acceptance::accept(*acceptance, progress);
}

Judged verify_worker(const VerifyArguments& arguments, const Common& common) {
  const auto program = workerd::WorkerdProcess::find(std::filesystem::path(CUTOVER_NODE_MODULES));
  if (!program) return tl::unexpected(program.error());
  worker::AcceptanceOptions options;
  options.folder = arguments.worker;
  options.workerd = *program;
  options.only = arguments.only;
  options.started = now_iso();
  options.tool_version = CUTOVER_VERSION;
  options.command = common.typed;
  options.interrupted = [] { return stop_requested(); };
  if (!common.quiet && !common.json) {
    options.checked = [](const worker::Check& check, const reports::Criterion& criterion) {
      std::fprintf(stderr, "%-7s %s\n", std::string(reports::name_of(criterion.verdict)).c_str(),
                   std::string(check.name).c_str());
      const auto* found = std::get_if<std::string>(&criterion.measured);
      if (criterion.verdict != reports::Verdict::pass && found != nullptr) {
        std::fprintf(stderr, "        %s\n", found->c_str());
      }
    };
  }
  return worker::accept_worker(options);
}

Judged judge(VerifyArguments& arguments, const Common& common) {
  if (!arguments.worker.empty()) return verify_worker(arguments, common);
  if (arguments.target.url.empty()) return verify_migration(arguments, common);
  const bool with_dump = arguments.dump->count() > 0;
  return verify_target(arguments.target,
                       {with_dump ? arguments.options.dump : "", arguments.options.seed, now_iso()},
                       common);
}

int verify(VerifyArguments& arguments, const Common& common) {
  watch_signals();
  std::vector<reports::PastRun> earlier;  // read first: a wrong folder is told before a long run
  if (!arguments.history.empty()) {
    auto runs = past_runs_in(arguments.history);
    if (!runs) return usage_error(runs.error());
    earlier = std::move(*runs);
  }
  std::error_code made;
  std::filesystem::create_directories(arguments.out, made);
  if (made) {
    return usage_error(arguments.out + ": the report's directory cannot be made (" +
                       made.message() + "); choose another with --out");
  }
  reports::KeyList left_out;
  arguments.options.left_out_keys = &left_out;
  auto report = judge(arguments, common);
  if (!report) return usage_error(report.error());
  add_history(*report, "", std::move(earlier));
  std::vector<reports::ExtraFile> beside;
  if (!report->files.empty()) {
    beside.push_back({std::string(reports::key_list_name), left_out.text()});
  } else {
    // An earlier report's list in this folder would be taken for this one's.
    const auto earlier_list = std::filesystem::path(arguments.out) / reports::key_list_name;
    std::error_code removed;
    std::filesystem::remove(earlier_list, removed);
    if (removed) {
      return usage_error(earlier_list.string() + ": an earlier report's list of keys cannot be " +
                         "removed (" + removed.message() + "); choose another folder with --out");
    }
  }
  const auto written = reports::write_reports(arguments.out, *report, std::move(beside));
  if (!written.error.empty()) return usage_error(written.error);
  if (common.json) {
    std::fputs(reports::to_json(*report).c_str(), stdout);
  } else {
    const std::string verdict(reports::name_of(report->verdict));
    std::printf("\nverdict: %s\n%s\nreport: %s/report.html\n", verdict.c_str(),
                report->headline.c_str(), arguments.out.c_str());
    for (const reports::ReportFile& file : report->files) {
      std::printf("keys left out or altered: %s/%s, %s\n", arguments.out.c_str(), file.name.c_str(),
                  reports::rows_text(file).c_str());
    }
  }
  return exit_code_of(report->verdict);
}

}  // namespace

Run add_verify(CLI::App& program, Common& common) {
  auto arguments = std::make_shared<VerifyArguments>();
  arguments->options.dump = CUTOVER_SAMPLE;
  CLI::App* command = program.add_subcommand(
      "verify", "rehearse the whole migration on a dump, judge every record, write a report");
  command->footer(
      "Example: cutover verify --dump kv-backup.ndjson.gz --library library.csv --out report\n"
      "Writes report.html, report.md, summary.md, report.json, report.sarif, junit.xml,\n"
      "left-out-keys.csv (docs/REPORT.md) and kv-backup.ndjson.gz into the directory.");
  auto* dump = command->add_option(
      "--dump", arguments->options.dump,
      "wrangler bulk file: JSON array or one record a line, plain, gzip or zstd");
  arguments->dump = dump->capture_default_str();
  command->add_option("--library", arguments->library,
                      "user libraries as CSV; without it some are generated");
  auto* worker = command->add_option(
      "--worker", arguments->worker,
      "judge a team's own Worker instead: its folder, with wrangler.jsonc (docs/WORKER.md)");
  command->add_option("--only", arguments->only, "with --worker: checks that contain this text")
      ->needs(worker);
  add_acceptance_flags(*command, arguments->acceptance);
  auto* target = add_target_flags(*command, arguments->target);
  target->excludes(worker);
  for (auto* option : command->get_options()) {
    const std::string name = option->get_name();
    const bool of_rehearsal =
        name == "--library" || name == "--profile" || name == "--tests" || name == "--coverage";
    if (name == "--dump" || of_rehearsal) option->excludes(worker);
    if (of_rehearsal) option->excludes(target);
  }
  command->add_option("--seed", arguments->options.seed, "seed of everything that is chosen")
      ->capture_default_str();
  command->add_option("--out", arguments->out, "directory of the report")->capture_default_str();
  command->add_option("--history", arguments->history,
                      "folder of earlier reports to show beside this one: *.json, and "
                      "*/report.json");
  command
      ->add_option("--at", arguments->options.at_seconds,
                   "date of the rehearsal, seconds since 1970: decides what has expired")
      ->capture_default_str()
      ->check(CLI::Range(std::int64_t{0}, std::int64_t{2'147'483'647}));
  command
      ->add_option("--interrupted-runs", arguments->options.interrupted_runs,
                   "how many runs are killed and resumed")
      ->capture_default_str()
      ->check(CLI::Range(1, 1000));
  const Run post = add_post_stage(*command, common);
  return
      [=, &common] { return command->count("--stage") > 0 ? post() : verify(*arguments, common); };
}

}  // namespace cutover::app
