// Puts the reports of a run on disk, in one directory: report.html and report.md for people,
// summary.md, junit.xml and report.sarif for CI, report.json for machines.
//
// Each file is written under another name and then renamed, so a reader, or a run that is
// interrupted, never leaves half a file. report.json comes last: when it is new, all are. One
// writer per directory and process at a time.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "reports/evidence.h"

namespace cutover::reports {

struct WrittenReports {
  std::vector<std::filesystem::path> files;  // in the order they were put in place
  std::string error;                         // empty when all is well, else names the path
};

// One of report.files, as it is written.
struct ExtraFile {
  std::string name;  // without a folder
  std::string content;
};

// Creates the directory with its parents. `extra` is written first. After an error no temporary
// file is left; files that were put in place before it stay.
[[nodiscard]] WrittenReports write_reports(const std::filesystem::path& directory,
                                           const Report& report, std::vector<ExtraFile> extra = {});

}  // namespace cutover::reports
