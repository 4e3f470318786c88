// Planted defects: the harness proves its own worth (requirement R8.7). Each known defect is
// planted in the core, and the same storms must catch it, while they let the core as it is pass.
#include <fmt/format.h>

#include "acceptance/run.h"
#include "chaos/defects/probing.h"

namespace cutover::acceptance {
namespace {

using reports::Verdict;

std::string text_of(const nlohmann::ordered_json& found, const char* member) {
  return found.contains(member) ? found[member].dump() : "";
}

reports::TableRow row_of(const chaos::Probed& probed) {
  const std::string by = probed.caught_truly()     ? probed.signature()
                         : !probed.problem.empty() ? probed.problem
                                                   : "not caught";
  return {{probed.defect->name, probed.defect->breaks,
           fmt::format("{}", fmt::join(probed.defect->from, " ")), std::to_string(probed.runs()),
           text_of(probed.found, "decisions"), by},
          probed.caught_truly() ? Verdict::pass : Verdict::fail};
}

}  // namespace

void plant_defects(Run& run) {
  if (!run.options.profile.defects) {
    run.report.not_covered.push_back(
        "Planted defects: ./cutover defects, or the profile full, plants them all.");
    return;
  }
  if (run.progress.interrupted()) return;
  Step step(run, "planted defects");
  chaos::ProbingOptions options;
  options.patches = run.options.defects;
  options.probes = run.options.probes;
  options.interrupted = [&run] { return run.progress.interrupted(); };
  options.progress = [&run](std::size_t done, std::size_t all) {
    run.progress.went_on(static_cast<std::int64_t>(done), static_cast<std::int64_t>(all));
  };
  const std::string missing = missing_probes(options);
  const auto defects = chaos::read_catalogue(options.patches);
  if (!missing.empty() || !defects || defects->empty()) {
    step.end(Verdict::unknown, !missing.empty() ? missing
                               : !defects       ? defects.error()
                                                : options.patches + " has no patch");
    return;
  }
  const chaos::Probing probing = probe(*defects, options);
  reports::Table table;
  table.id = "defects";
  table.title = "Planted defects";
  table.meaning =
      "Each defect was planted in the program, and storms were played until one failed; its "
      "smallest case has so many decisions. The program as it is passes the same storms.";
  table.columns = {"defect", "what it breaks", "in the plan", "storms", "decisions", "caught by"};
  table.reproduce = "./cutover defects";
  for (const chaos::Probed& probed : probing.defects) table.rows.push_back(row_of(probed));
  const Verdict verdict = probing.well()               ? Verdict::pass
                          : run.progress.interrupted() ? Verdict::unknown
                                                       : Verdict::fail;
  const std::string what = fmt::format(
      "{} of {} caught, median smallest case {} decisions; the program as it is {}, the canary {}",
      probing.caught(), probing.defects.size(), probing.median_of("decisions"),
      probing.control_is_clean() ? "is not caught" : "is CAUGHT too",
      probing.canary_failed() ? "failed, as it must" : "did NOT fail");
  run.show("R8.7", verdict, what, step.name(), table.reproduce);
  run.report.tables.push_back(std::move(table));
  step.end(verdict, what);
}

}  // namespace cutover::acceptance
