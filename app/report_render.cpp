// cutover report render: all files of a report, made anew from its report.json.

#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>
#include <string>

#include "app/report_commands.h"
#include "app/report_history.h"
#include "reports/report_files.h"

namespace cutover::app {
namespace {

struct ReportRenderArguments {
  std::string report;
  std::string out;
  std::string history;
};

int render(const ReportRenderArguments& arguments) {
  auto file = read_report_file(arguments.report);
  if (!file) return usage_error(file.error());
  if (!arguments.history.empty()) {
    auto runs = past_runs_in(arguments.history);
    if (!runs) return usage_error(runs.error());
    add_history(file->report, file->sha256, std::move(*runs));
  }
  const auto written = reports::write_reports(arguments.out, file->report);
  if (!written.error.empty()) return usage_error(written.error);
  for (const auto& path : written.files) std::printf("%s\n", path.string().c_str());
  return exit_pass;
}

}  // namespace

Run add_report_render(CLI::App& report, Common&) {
  auto arguments = std::make_shared<ReportRenderArguments>();
  CLI::App* command =
      report.add_subcommand("render", "write report.html and the other files from a report.json");
  command->fallthrough();
  command->footer(
      "Example: cutover report render report/report.json --out again --history runs\n"
      "report.json is written anew, too: byte for byte the same, unless it was of version 1 or\n"
      "history was added. Add history before the report is signed.\n"
      "The exit code says whether the files were written, not what the verdict is.");
  command->add_option("report", arguments->report, "a report.json")->required();
  command->add_option("--out", arguments->out, "directory of the files")->required();
  command->add_option("--history", arguments->history,
                      "folder of earlier reports: *.json, and */report.json");
  return [arguments] { return render(*arguments); };
}

}  // namespace cutover::app
