#include "app/report_history.h"

#include <algorithm>
#include <filesystem>

#include "app/report_commands.h"

namespace cutover::app {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t history_files_max = 1000;

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

}  // namespace

tl::expected<std::vector<reports::PastRun>, std::string> past_runs_in(const std::string& folder) {
  const auto files = files_of_history(folder);
  if (!files) return tl::unexpected(files.error());
  std::vector<reports::PastRun> runs;
  for (const std::string& path : *files) {
    const auto earlier = read_report_file(path);
    if (!earlier) return tl::unexpected(earlier.error());
    runs.push_back(reports::past_run(earlier->report, earlier->sha256));
  }
  return runs;
}

void add_history(reports::Report& report, const std::string& digest,
                 std::vector<reports::PastRun> runs) {
  std::erase_if(runs, [&](const reports::PastRun& run) {
    return run.digest == digest || run.started >= report.started;
  });
  reports::add_past_runs(report, std::move(runs));
}

}  // namespace cutover::app
