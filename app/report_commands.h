// The commands below `cutover report`, and what they share. Each adds itself to `report`; the
// result runs it.
#pragma once

#include <string>

#include <tl/expected.hpp>

#include "app/commands.h"
#include "reports/evidence.h"

namespace cutover::app {

Run add_report_merge(CLI::App& report, Common& common);
Run add_report_render(CLI::App& report, Common& common);
Run add_report_compare(CLI::App& report, Common& common);
Run add_report_annotations(CLI::App& report, Common& common);
Run add_report_postmortem(CLI::App& report, Common& common);
Run add_report_pdf(CLI::App& report, Common& common);

// A report.json with the SHA-256 of exactly the bytes that it was read from.
struct ReadReportFile {
  reports::Report report;
  std::string sha256;
};

// The error names the file and the place in it.
[[nodiscard]] tl::expected<ReadReportFile, std::string> read_report_file(const std::string& path);

}  // namespace cutover::app
