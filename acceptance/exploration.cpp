// Exploration: every single fault at every call of a small migration, and pairs of faults. No luck
// is involved (requirement R8.5).
#include <map>
#include <mutex>
#include <set>

#include <fmt/format.h>

#include "acceptance/run.h"
#include "chaos/explore.h"
#include "reports/figures.h"

namespace cutover::acceptance {
namespace {

using reports::count_text;
using reports::Verdict;

chaos::Explored play(Run& run, std::uint64_t keys, bool pairs, std::uint64_t pair_one_in) {
  chaos::ExploreOptions options;
  options.base = case_of(*chaos::scenario_named("migration"));
  options.base.keys = keys;
  options.pairs = pairs;
  options.pair_one_in = pair_one_in;
  std::mutex mutex;  // guards the progress
  options.interrupted = [&run] { return run.progress.interrupted(); };
  options.progress = [&](std::uint64_t done, std::uint64_t all) {
    const std::lock_guard lock(mutex);
    run.progress.went_on(static_cast<std::int64_t>(done), static_cast<std::int64_t>(all));
  };
  return chaos::explore(options);
}

Verdict verdict_of(const chaos::Explored& explored) {
  if (explored.all.survived < explored.all.played) return Verdict::fail;
  return explored.interrupted || explored.all.played == 0 ? Verdict::unknown : Verdict::pass;
}

// Faults down, sites across: how many were played, where one can happen at all.
reports::Chart heat_of(const chaos::Explored& explored) {
  reports::Chart chart;
  chart.id = "single_faults";
  chart.title = "Single faults survived";
  chart.meaning =
      "Each call of a small migration was hit by each fault that can happen to it; a cell says in "
      "how many of these runs everything held, in percent.";
  chart.kind = reports::ChartKind::heat;
  chart.x = {"site", ""};
  chart.y = {"survived", "%"};
  std::map<std::string, double> column;  // of a site
  for (const auto& [cell, survival] : explored.heat) column.emplace(cell.first, 0);
  double next = 0;
  for (auto& [site, x] : column) {
    x = next++;
    chart.spans.push_back({x, x + 1, site});
  }
  std::map<std::string, reports::Series> rows;  // by fault
  for (const auto& [cell, survival] : explored.heat) {
    reports::Series& row = rows[cell.second];
    row.name = cell.second;
    row.points.push_back({column[cell.first], 100.0 * static_cast<double>(survival.survived) /
                                                  static_cast<double>(survival.played)});
  }
  for (auto& [fault, row] : rows) chart.series.push_back(std::move(row));
  return chart;
}

void take(Run& run, std::uint64_t keys, bool pairs, std::uint64_t pair_one_in) {
  Step step(run, pairs ? "every pair of faults" : "every single fault");
  const chaos::Explored explored = play(run, keys, pairs, pair_one_in);
  const Verdict verdict = verdict_of(explored);
  const std::string share =
      pair_one_in > 1 ? fmt::format(", one in {} of all pairs", pair_one_in) : "";
  const std::string what =
      fmt::format("{} of {} {} survived: {} keys, {} calls{}", count_text(explored.all.survived),
                  count_text(explored.all.played), pairs ? "pairs" : "single faults",
                  count_text(explored.keys), count_text(explored.calls), share);
  const std::string command =
      fmt::format("./cutover explore --{} --keys {}", pairs ? "pairs" : "singles", keys);
  run.show("R8.5", verdict, what, step.name(), command);
  run.show("R2.5", verdict, "a lost or false answer never ends in a wrong row: " + what,
           step.name(), command);
  if (!pairs) run.report.charts.push_back(heat_of(explored));
  step.end(verdict, what);
}

}  // namespace

void explore_faults(Run& run) {
  const Profile& profile = run.options.profile;
  if (profile.single_keys > 0 && !run.progress.interrupted()) {
    take(run, profile.single_keys, false, 1);
  }
  if (profile.pair_keys > 0 && !run.progress.interrupted()) {
    take(run, profile.pair_keys, true, profile.pair_one_in);
  }
}

}  // namespace cutover::acceptance
