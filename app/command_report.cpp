// cutover report: what can be done with reports that were written.

#include <CLI/CLI.hpp>
#include <string>
#include <utility>
#include <vector>

#include "adapters/dump/sha256.h"
#include "app/commands.h"
#include "app/report_commands.h"
#include "app/report_verify.h"
#include "app/whole_file.h"
#include "reports/json_report.h"

namespace cutover::app {

tl::expected<ReadReportFile, std::string> read_report_file(const std::string& path) {
  const auto text = read_whole_file(path, reports::report_bytes_max);
  if (!text) return tl::unexpected(text.error());
  reports::ReadReport read = reports::from_json(*text);
  if (!read.report) return tl::unexpected(path + ": " + read.error);
  dump::Sha256 digest;
  digest.add(*text);
  return ReadReportFile{std::move(*read.report), digest.hex()};
}

Run add_report(CLI::App& program, Common& common) {
  CLI::App* command =
      program.add_subcommand("report", "work on reports: write them anew, compare, add up, check");
  command->require_subcommand(1);
  command->fallthrough();
  const std::vector<std::pair<std::string, Run>> runs = {
      {"render", add_report_render(*command, common)},
      {"compare", add_report_compare(*command, common)},
      {"annotations", add_report_annotations(*command, common)},
      {"postmortem", add_report_postmortem(*command, common)},
      {"pdf", add_report_pdf(*command, common)},
      {"merge", add_report_merge(*command, common)},
      {"verify", add_report_verify(*command, common)}};
  return [command, runs] {
    for (const auto& [name, run] : runs) {
      if (command->got_subcommand(name)) return run();
    }
    return usage_error("report: no command is given; see: cutover report --help");
  };
}

}  // namespace cutover::app
