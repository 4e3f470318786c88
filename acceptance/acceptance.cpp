#include "acceptance/acceptance.h"

#include <fmt/format.h>

#include "acceptance/run.h"
#include "reports/figures.h"

namespace cutover::acceptance {
namespace {

using reports::Verdict;

// What a pass says, in numbers.
std::vector<std::string> meaning_of(const reports::Report& report) {
  std::vector<std::string> sentences;
  if (report.listed > 0) {
    sentences.push_back(fmt::format(
        "Each of the {} listed keys has one of {} fates, and each row of D1 was compared with its "
        "source in every column by a second, independent transform.",
        reports::count_text(report.listed), report.fates.size()));
  }
  std::uint64_t calls = 0;
  for (const auto& [site, count] : report.coverage) calls += count;
  if (calls > 0) {
    sentences.push_back(fmt::format("Storms put {} calls of {} kinds in harm's way.",
                                    reports::count_text(calls), report.coverage.size()));
  }
  for (const reports::Step& step : report.steps) {
    if (step.name.starts_with("storms: ") || step.name.starts_with("every ")) {
      sentences.push_back(step.name + ": " + step.what_happened + ".");
    }
  }
  return sentences;
}

std::string headline_of(const reports::Report& report, const std::string& rehearsal) {
  if (report.verdict == Verdict::pass) return rehearsal;
  for (const reports::Step& step : report.steps) {
    if (step.verdict == Verdict::fail) return step.name + ": " + step.what_happened;
  }
  for (const reports::Requirement& row : report.requirements) {
    if (row.verdict == Verdict::fail) return row.id + " " + row.title + " is not met";
  }
  return rehearsal;
}

}  // namespace

tl::expected<reports::Report, std::string> accept(const AcceptanceOptions& options,
                                                  scenarios::ProgressSink& progress) {
  scenarios::VerifyOptions rehearsal = options.rehearsal;
  rehearsal.drills = options.profile.drills;
  auto rehearsed = scenarios::verify(rehearsal, progress);
  if (!rehearsed) return rehearsed;
  reports::Report report = std::move(*rehearsed);
  report.profile = options.profile.name;
  const Verdict of_rehearsal = report.verdict;
  const std::string headline = report.headline;
  Run run{options, progress, report};
  // A rehearsal that could not go on is judged by what stopped it.
  const bool go_on = of_rehearsal != Verdict::unknown;
  if (go_on) {
    if (options.profile.drills) play_loads(run);
    play_storms(run);
    explore_faults(run);
    plant_defects(run);
    if (!options.profile.storms.empty()) list_seeds(run);
  }
  read_tests(run);
  read_coverage(run);
  complete_matrix(run);
  fill_checklist(run);
  report.meaning = meaning_of(report);
  report.verdict = reports::combine({of_rehearsal, reports::conclude(report)});
  if (progress.interrupted() && report.verdict == Verdict::pass) report.verdict = Verdict::unknown;
  report.headline = progress.interrupted() ? "interrupted: what was judged until then is here"
                    : of_rehearsal == Verdict::pass ? headline_of(report, headline)
                                                    : headline;
  return report;
}

}  // namespace cutover::acceptance
