// cutover report merge: the shards of a campaign, added up.

#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>

#include "app/campaign_text.h"
#include "app/commands.h"
#include "app/report_commands.h"
#include "app/whole_file.h"

namespace cutover::app {
namespace {

struct ReportMergeArguments {
  std::vector<std::string> parts;
  std::string out = "chaos-cases";
};

int merge(const ReportMergeArguments& arguments, const Common& common) {
  std::vector<chaos::ReportPart> parts;
  for (const std::string& path : arguments.parts) {
    const auto text = read_whole_file(path, 16U << 20);
    if (!text) return usage_error(text.error());
    auto report = chaos::report_from_json(*text);
    if (!report) return usage_error(path + ": " + report.error());
    parts.push_back({path, std::move(*report)});
  }
  const auto whole = chaos::merge_parts(parts);
  if (!whole) return usage_error(whole.error());
  const auto written = write_failures(*whole, arguments.out);
  if (!written) return usage_error(written.error());
  if (common.json) {
    std::printf("%s", to_json(*whole).c_str());
  } else {
    std::printf("%zu parts, added up\n", parts.size());
    print_campaign(*whole, arguments.out);
  }
  return exit_code_of(*whole);
}

}  // namespace

Run add_report_merge(CLI::App& report, Common& common) {
  auto arguments = std::make_shared<ReportMergeArguments>();
  CLI::App* command =
      report.add_subcommand("merge", "add up what the shards of one campaign wrote with --json");
  command->fallthrough();
  command->footer(
      "Example: cutover chaos --seeds 10000 --shard 0/2 --json > 0.json\n"
      "         cutover chaos --seeds 10000 --shard 1/2 --json > 1.json\n"
      "         cutover report merge 0.json 1.json --json > whole.json\n"
      "The exit code is the whole campaign's.");
  command->add_option("parts", arguments->parts, "the parts, in any order")->required();
  command->add_option("--out", arguments->out, "folder for the case files of failures")
      ->capture_default_str();
  return [arguments, &common] { return merge(*arguments, common); };
}

}  // namespace cutover::app
