// Step of verify: the plan's four phases, rehearsed on the dump's own books.

#include <algorithm>
#include <iterator>

#include "reports/figures.h"
#include "scenarios/phases/checklist.h"
#include "scenarios/phases/phases_evidence.h"
#include "scenarios/rehearsal.h"

namespace cutover::scenarios {
namespace {

// A few thousand books show what more would, and two worlds migrate them twice.
constexpr std::size_t books_max = 2000;
constexpr std::size_t plain_books_min = 200;

// So many records stand behind one that is played.
std::size_t one_in(std::size_t all) {
  return all / books_max + 1;
}

PhasesOptions phases_options(const Rehearsal& rehearsal) {
  PhasesOptions options;
  options.seed = rehearsal.options.seed;
  options.start = rehearsal.world_options.start;
  const std::size_t step = one_in(rehearsal.records.size());
  for (std::size_t i = 0; i < rehearsal.records.size(); i += step) {
    options.sources.push_back(rehearsal.records[i]);
  }
  return options;
}

// Whoever reads the table must know that it is about a part of the dump.
void say_the_sample(std::vector<reports::Table>& tables, std::size_t played, std::size_t all) {
  if (played == all) return;
  const auto table = std::find_if(tables.begin(), tables.end(),
                                  [](const reports::Table& one) { return one.id == "phases"; });
  if (table == tables.end()) return;
  table->meaning += " Played with " + reports::count_text(played) + " of the " +
                    reports::counted(all, "record") + ": 1 of every " +
                    std::to_string(one_in(all)) + ".";
}

template <class Items>
void append(Items& to, Items from) {
  to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
}

bool in_phase(const PhaseStep& step, std::string_view phase) {
  return step.phase == phase;
}

std::vector<PhaseStep> steps_named(const PhasesResult& result, std::string_view part) {
  std::vector<PhaseStep> chosen;
  std::copy_if(result.steps.begin(), result.steps.end(), std::back_inserter(chosen),
               [part](const PhaseStep& step) {
                 return step.step.find(part) != std::string::npos || in_phase(step, part);
               });
  return chosen;
}

void show_requirements(Rehearsal& rehearsal, const PhasesResult& result, const StepRecord& step) {
  const auto show = [&](const char* id, bool holds, std::string what) {
    rehearsal.show(id, holds, std::move(what), step.name());
  };
  show("R5.1", all_passed(result.steps), tally(result.steps) + " steps passed");
  const auto failed = std::count_if(result.suites.begin(), result.suites.end(),
                                    [](const SuiteCase& each) { return !each.passed; });
  const std::string suites =
      std::to_string(result.suites.size()) + " cases, " + std::to_string(failed) + " failed";
  show("R6.4", failed == 0 && !result.suites.empty(), suites);
  show("R4.2", failed == 0 && !result.suites.empty(), suites);
  const auto changed = std::count_if(result.shapes.begin(), result.shapes.end(),
                                     [](const ShapeRow& row) { return !row.same(); });
  show("R4.5", changed == 0 && !result.shapes.empty(),
       std::to_string(result.shapes.size()) + " answers held against their first, " +
           std::to_string(changed) + " of another shape");
  const auto integrity = steps_named(result, "compare");
  show("R4.4", all_passed(integrity), tally(integrity) + " comparisons of production were clean");
  const auto flow = steps_named(result, "write flow");
  show("R6.3", all_passed(flow), flow.empty() ? "not seen" : flow.front().seen);
  const bool sticky = std::all_of(result.rollout.begin(), result.rollout.end(),
                                  [](const RolloutStep& each) { return each.agree && each.grows; });
  show("R5.3", sticky && !result.rollout.empty(),
       std::to_string(result.rollout.size()) + " steps up to 100 %, nobody went back");
  const auto met = std::count_if(result.thresholds.begin(), result.thresholds.end(),
                                 [](const ThresholdRow& row) { return row.met(); });
  const std::string thresholds =
      std::to_string(met) + " of " + std::to_string(result.thresholds.size()) +
      " thresholds met over " + with_commas(result.monitoring.requests) + " requests";
  const bool all_met = met == static_cast<std::ptrdiff_t>(result.thresholds.size()) && met > 0;
  show("R5.8", all_met, thresholds);
  show("R6.5", all_met, thresholds);
  show("R7.6", all_passed(result.retention), tally(result.retention) + " checks");
}

}  // namespace

void run_phases(Rehearsal& rehearsal) {
  StepRecord step(rehearsal, "rehearse the four phases");
  const PhasesOptions options = phases_options(rehearsal);
  const auto plain = choose_books(options.sources, 5, options.start, Duration{0});
  if (plain.popular.size() + plain.rare.size() < plain_books_min) {
    step.end(reports::Verdict::unknown,
             "fewer than 200 books under the canonical ISBN-13 and with fields of the usual types: "
             "too few to ask for; --profile dump judges the dump alone");
    return;
  }
  const PhasesResult result = rehearse_phases(options);
  std::vector<reports::Table> tables = phase_tables(result);
  say_the_sample(tables, options.sources.size(), rehearsal.records.size());
  append(rehearsal.report.tables, std::move(tables));
  append(rehearsal.report.charts, phase_charts(result));
  append(rehearsal.report.criteria, phase_criteria(result));
  append(rehearsal.report.checklist, checklist(checked_by(result), result));
  append(rehearsal.report.approvals, open_approvals());
  show_requirements(rehearsal, result, step);
  const bool passed = all_passed(result.steps) && all_passed(result.post_checks);
  step.end(passed, tally(result.steps) + " steps passed, " + tally(result.post_checks) +
                       " checks after; " + with_commas(result.monitoring.requests) +
                       " requests while monitoring");
}

}  // namespace cutover::scenarios
