// cutover report render: all files of a report, made anew from its report.json.

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "app/report_commands.h"
#include "reports/history.h"
#include "reports/report_files.h"

namespace cutover::app {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t history_files_max = 1000;

struct ReportRenderArguments {
  std::string report;
  std::string out;
  std::string history;
};

// The reports in a folder: its .json files, and report.json in each folder below it. By name.
tl::expected<std::vector<std::string>, std::string> files_of_history(const std::string& folder) {
  std::vector<std::string> files;
  std::error_code error;
  for (fs::directory_iterator it(folder, error); !error && it != fs::directory_iterator();
       it.increment(error)) {
    std::error_code none;
    const bool is_folder = it->is_directory(none);
    const fs::path file = is_folder ? it->path() / "report.json" : it->path();
    if (file.extension() == ".json" && fs::is_regular_file(file, none)) {
      files.push_back(file.string());
    }
    if (files.size() > history_files_max) {
      return tl::unexpected(folder + ": more than " + std::to_string(history_files_max) +
                            " reports; give --history a folder of fewer");
    }
  }
  if (error) return tl::unexpected(folder + ": cannot be read (" + error.message() + ")");
  std::sort(files.begin(), files.end());
  return files;
}

tl::expected<void, std::string> add_history(ReadReportFile& file, const std::string& folder) {
  const auto files = files_of_history(folder);
  if (!files) return tl::unexpected(files.error());
  std::vector<reports::PastRun> runs;
  for (const std::string& path : *files) {
    const auto earlier = read_report_file(path);
    if (!earlier) return tl::unexpected(earlier.error());
    // The run itself may lie there, too, and later ones are none of its past.
    if (earlier->sha256 == file.sha256 || earlier->report.started >= file.report.started) continue;
    runs.push_back(reports::past_run(earlier->report, earlier->sha256));
  }
  reports::add_past_runs(file.report, std::move(runs));
  return {};
}

int render(const ReportRenderArguments& arguments) {
  auto file = read_report_file(arguments.report);
  if (!file) return usage_error(file.error());
  if (!arguments.history.empty()) {
    if (const auto added = add_history(*file, arguments.history); !added) {
      return usage_error(added.error());
    }
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
