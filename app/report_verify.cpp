#include "app/report_verify.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <memory>

#include "app/console.h"
#include "app/signed_report.h"
#include "app/storm_arguments.h"
#include "app/whole_file.h"
#include "core/books/sha256.h"
#include "reports/key_list.h"
#include "reports/text.h"
#include "signoff/rerun.h"

namespace cutover::app {
namespace {

struct ReportVerifyArguments {
  SignedReportFiles files;
  std::size_t rerun = 3;
  std::uint64_t seed = 1;
};

// Each file that the report names, if it lies beside it. The report can be judged without: one that
// is not there is said, and no check.
signoff::Checks check_files(const ReportVerifyArguments& arguments, const reports::Report& report) {
  signoff::Checks checks;
  const std::filesystem::path folder = std::filesystem::path(arguments.files.report).parent_path();
  for (const reports::ReportFile& file : report.files) {
    const std::string_view name = reports::last_path_part(file.name);  // never another folder's
    const std::string shown = reports::visible(name);
    const std::string path = (folder / name).string();
    std::error_code error;
    if (!std::filesystem::exists(path, error)) {
      std::fprintf(stderr, "%s does not lie beside the report, and was not checked\n",
                   shown.c_str());
      continue;
    }
    const auto text = read_whole_file(path, reports::key_list_bytes_max);
    const bool same = text && books::Sha256().hex(*text) == file.sha256;
    checks.push_back({same ? reports::Verdict::pass : reports::Verdict::fail, "file",
                      shown + (same    ? " is the one that the report names, SHA-256 " + file.sha256
                               : !text ? ": cannot be read, or is too large"
                                       : " is not the one that the report names: its SHA-256 is "
                                         "another")});
  }
  return checks;
}

signoff::Checks rerun_some(const ReportVerifyArguments& arguments, const reports::Report& report,
                           const Common& common) {
  if (arguments.rerun == 0) return {};
  if (report.seeds.empty()) {
    return {{reports::Verdict::unknown, "runs",
             "the report lists no run that could be played again; --rerun 0 leaves this out"}};
  }
  watch_signals();
  keep_freed_memory();
  ProgressLine line("runs", common.quiet || common.json);
  const auto chosen = signoff::sample_of(report.seeds, arguments.rerun, arguments.seed);
  signoff::Checks checks;
  for (const signoff::SeededRun& run : chosen) {
    if (stop_requested()) {
      checks.push_back({reports::Verdict::unknown, "runs", "interrupted"});
      break;
    }
    line.update(static_cast<std::int64_t>(checks.size()), static_cast<std::int64_t>(chosen.size()));
    checks.push_back(
        signoff::rerun(run, signoff::play_storm, report.tool_version == CUTOVER_VERSION));
  }
  line.clear();
  return checks;
}

int verify(const ReportVerifyArguments& arguments, const Common& common) {
  const auto read = read_signed_report(arguments.files, true);
  if (!read) return usage_error(read.error());
  signoff::Checks checks = judge(read->signoff, read->facts());
  signoff::Checks files = check_files(arguments, read->report);
  std::move(files.begin(), files.end(), std::back_inserter(checks));
  signoff::Checks runs = rerun_some(arguments, read->report, common);
  std::move(runs.begin(), runs.end(), std::back_inserter(checks));
  return print_checks(checks, "the report is as it was signed, and the sign-off is complete",
                      common);
}

}  // namespace

Run add_report_verify(CLI::App& report, Common& common) {
  auto arguments = std::make_shared<ReportVerifyArguments>();
  CLI::App* command = report.add_subcommand(
      "verify", "check a report and its sign-off, and play some of its runs again");
  command->fallthrough();
  command->footer(
      "Example: cutover report verify report/report.json --approvers approvers.toml --seed 17\n"
      "Exit 0: all of it holds; 1: something was changed or is not valid; 3: not signed by all,\n"
      "or nobody says whose keys these are.");
  add_signed_report_files(*command, arguments->files);
  command->add_option("--rerun", arguments->rerun, "how many of the report's runs to play again")
      ->capture_default_str()
      ->check(CLI::Range(std::size_t{0}, signoff::rerun_max));
  command
      ->add_option("--seed", arguments->seed,
                   "which of them; choose one that the report's makers could not know")
      ->capture_default_str();
  return [arguments, &common] { return verify(*arguments, common); };
}

}  // namespace cutover::app
