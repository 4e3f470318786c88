// cutover report annotations, cutover report postmortem: texts made from a report.json.

#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>
#include <string>

#include "app/report_commands.h"
#include "app/whole_file.h"
#include "reports/ci_report.h"
#include "reports/postmortem.h"

namespace cutover::app {
namespace {

int print_annotations(const std::string& path) {
  const auto file = read_report_file(path);
  if (!file) return usage_error(file.error());
  std::fputs(reports::to_annotations(file->report).c_str(), stdout);
  return exit_pass;
}

int write_postmortem(const std::string& path, const std::string& out) {
  const auto file = read_report_file(path);
  if (!file) return usage_error(file.error());
  const std::string text = reports::to_postmortem(file->report);
  if (out.empty()) {
    std::fputs(text.c_str(), stdout);
    return exit_pass;
  }
  if (const auto written = write_whole_file(out, text); !written) {
    return usage_error(written.error());
  }
  std::printf("%s\n", out.c_str());
  return exit_pass;
}

}  // namespace

Run add_report_annotations(CLI::App& report, Common&) {
  auto path = std::make_shared<std::string>();
  CLI::App* command =
      report.add_subcommand("annotations", "failures as annotations of GitHub Actions");
  command->fallthrough();
  command->footer(
      "Example: cutover report annotations report/report.json\n"
      "Prints at most 10 errors and 10 warnings, as many as GitHub shows. The exit code says\n"
      "nothing about the verdict: the command that made the report did.");
  command->add_option("report", *path, "a report.json")->required();
  return [path] { return print_annotations(*path); };
}

Run add_report_postmortem(CLI::App& report, Common&) {
  auto path = std::make_shared<std::string>();
  auto out = std::make_shared<std::string>();
  CLI::App* command = report.add_subcommand(
      "postmortem", "a post-mortem in Markdown, begun from the evidence, with blanks for people");
  command->fallthrough();
  command->footer("Example: cutover report postmortem report/report.json --out postmortem.md");
  command->add_option("report", *path, "a report.json")->required();
  command->add_option("--out", *out, "file to write; without it the text goes to stdout");
  return [path, out] { return write_postmortem(*path, *out); };
}

}  // namespace cutover::app
