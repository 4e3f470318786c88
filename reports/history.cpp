#include "reports/history.h"

#include <algorithm>
#include <iterator>
#include <tuple>
#include <utility>

#include "reports/objections.h"

namespace cutover::reports {

PastRun past_run(const Report& report, const std::string& digest) {
  PastRun run{report.started, verdict_seen(report), report.tool_version, digest, {}};
  for (const Criterion& criterion : report.criteria) {
    if (run.figures.size() == past_figures_max) break;
    const auto* number = std::get_if<double>(&criterion.measured);
    if (number == nullptr) continue;
    run.figures.push_back({criterion.name, *number, criterion.unit});
  }
  return run;
}

void add_past_runs(Report& report, std::vector<PastRun> runs) {
  std::vector<PastRun>& history = report.history;
  history.insert(history.end(), std::make_move_iterator(runs.begin()),
                 std::make_move_iterator(runs.end()));
  // Of equal times the order is the digests', so that it does not depend on the folder's.
  std::sort(history.begin(), history.end(), [](const PastRun& left, const PastRun& right) {
    return std::tie(right.started, right.digest) < std::tie(left.started, left.digest);
  });
  const auto same = [](const PastRun& left, const PastRun& right) {
    return left.started == right.started && left.digest == right.digest;
  };
  history.erase(std::unique(history.begin(), history.end(), same), history.end());
  if (history.size() > history_max) history.resize(history_max);
}

}  // namespace cutover::reports
