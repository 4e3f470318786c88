#include "scenarios/phases/checklist.h"

#include <algorithm>
#include <functional>

#include "reports/figures.h"

namespace cutover::scenarios {
namespace {

using reports::ChecklistItem;
using reports::ChecklistPhase;
using reports::Verdict;

Verdict verdict_of(const std::optional<bool>& holds) {
  if (!holds) return Verdict::unknown;
  return *holds ? Verdict::pass : Verdict::fail;
}

// All steps that are chosen passed; nothing when none is chosen.
CheckFinding all_of(const PhasesResult& phases,
                    const std::function<bool(const PhaseStep&)>& is_chosen) {
  std::size_t chosen = 0;
  std::string failed;
  for (const PhaseStep& step : phases.steps) {
    if (!is_chosen(step)) continue;
    chosen += 1;
    if (!step.passed && failed.empty()) failed = step.step + ": " + step.seen;
  }
  if (chosen == 0) return {};
  return {failed.empty(),
          failed.empty() ? reports::counted(chosen, "step") + " of the rehearsal passed" : failed};
}

}  // namespace

PreChecks checked_by(const PhasesResult& phases) {
  PreChecks checks;
  checks.dashboards =
      checks.agent = {std::nullopt, "only people can say; confirm it when signing off"};
  const auto is_integrity = [](const PhaseStep& step) {
    return step.step == "validate every record" || step.step == "count the rows of D1" ||
           step.step == "compare by the reference";
  };
  const auto is_load = [](const PhaseStep& step) { return step.step.starts_with("load test"); };
  const auto is_suite = [](const PhaseStep& step) {
    return step.step.find("suites") != std::string::npos;
  };
  checks.staging = all_of(phases, [&](const PhaseStep& step) {
    return (step.phase == "staging" || step.phase == "migration") && !is_integrity(step) &&
           !is_load(step) && !is_suite(step);
  });
  checks.load = all_of(phases, is_load);
  checks.integrity = all_of(phases, is_integrity);
  const auto failed = std::count_if(phases.suites.begin(), phases.suites.end(),
                                    [](const SuiteCase& each) { return !each.passed; });
  const auto changed = std::count_if(phases.shapes.begin(), phases.shapes.end(),
                                     [](const ShapeRow& row) { return !row.same(); });
  if (!phases.suites.empty() && !phases.shapes.empty()) {
    checks.integration = {failed + changed == 0,
                          std::to_string(phases.suites.size()) + " cases of both suites, " +
                              std::to_string(failed) + " failed; " +
                              std::to_string(phases.shapes.size()) + " shapes, " +
                              std::to_string(changed) + " changed"};
  }
  return checks;
}

std::vector<ChecklistItem> checklist(const PreChecks& before, const PhasesResult& phases) {
  std::vector<ChecklistItem> items;
  const auto add = [&items](const char* item, const CheckFinding& finding) {
    items.push_back({ChecklistPhase::before, item, verdict_of(finding.holds), finding.evidence});
  };
  add("Staging migration completed successfully", before.staging);
  add("All unit tests passing (90%+ coverage)", before.unit_tests);
  add("All integration tests passing", before.integration);
  add("Load tests meet performance targets", before.load);
  add("Data integrity validated (KV and D1 match)", before.integrity);
  add("Rollback procedure tested", before.rollback);
  add("Monitoring dashboards configured", before.dashboards);
  add("cf-ops-monitor agent ready", before.agent);
  add("Runbook documented", before.runbook);
  for (const PhaseStep& row : phases.post_checks) {
    items.push_back(
        {ChecklistPhase::after, row.step, verdict_of(row.passed), "in the rehearsal: " + row.seen});
  }
  return items;
}

std::vector<reports::Approval> open_approvals() {
  std::vector<reports::Approval> approvals;
  for (const char* role : {"Tech lead approval", "QA sign-off", "Monitoring team ready",
                           "Rollback plan reviewed", "Incident response team on standby"}) {
    approvals.push_back({role, "", "", "", ""});
  }
  return approvals;
}

}  // namespace cutover::scenarios
