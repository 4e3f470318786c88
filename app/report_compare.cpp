// cutover report compare: a report beside an earlier one.

#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>
#include <string>

#include "app/report_commands.h"
#include "reports/comparison.h"

namespace cutover::app {
namespace {

struct ReportCompareArguments {
  std::string before;
  std::string after;
  double noise_percent = 20;
};

int compare(const ReportCompareArguments& arguments, const Common& common) {
  const auto before = read_report_file(arguments.before);
  if (!before) return usage_error(before.error());
  const auto after = read_report_file(arguments.after);
  if (!after) return usage_error(after.error());
  const reports::Comparison comparison =
      reports::compare(before->report, after->report, arguments.noise_percent);
  std::fputs((common.json ? reports::to_json(comparison) : reports::to_text(comparison)).c_str(),
             stdout);
  return reports::got_worse(comparison) ? exit_fail : exit_pass;
}

}  // namespace

Run add_report_compare(CLI::App& report, Common& common) {
  auto arguments = std::make_shared<ReportCompareArguments>();
  CLI::App* command = report.add_subcommand("compare", "a report beside an earlier one");
  command->fallthrough();
  command->footer(
      "Example: cutover report compare earlier/report.json report/report.json --noise 30\n"
      "Exit 1 when a verdict got worse, or is no longer there; 0 when none did. Figures that "
      "differ\n"
      "by more than the noise are named, but their limits decide, not the difference.");
  command->add_option("before", arguments->before, "the earlier report.json")->required();
  command->add_option("after", arguments->after, "the report.json to judge")->required();
  command
      ->add_option("--noise", arguments->noise_percent,
                   "in %: a smaller difference of figures is not called one")
      ->capture_default_str()
      ->check(CLI::Range(0.0, 1000.0));
  return [arguments, &common] { return compare(*arguments, common); };
}

}  // namespace cutover::app
