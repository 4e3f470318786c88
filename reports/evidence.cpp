#include "reports/evidence.h"

namespace cutover::reports {

namespace {

std::string claim_beyond(const std::string& who, Verdict claimed, Verdict shown) {
  return who + " says " + std::string(name_of(claimed)) + ", but what it rests on says " +
         std::string(name_of(shown)) + ".";
}

bool fates_add_up(const Report& report) {
  return fates_total(report) == report.listed;
}

// Names the first row that is worse than the report says; one is enough to distrust it.
void add_contradicting_rows(std::vector<std::string>& found, Verdict claimed, const Table& table) {
  for (const TableRow& row : table.rows) {
    if (!row.verdict || !is_worse(*row.verdict, claimed)) continue;
    const std::string name = row.cells.empty() ? "(no name)" : row.cells.front();
    found.push_back("Table " + table.id + " has a row that says " +
                    std::string(name_of(*row.verdict)) + ": " + name);
    return;
  }
}

}  // namespace

std::string_view name_of(ChecklistPhase phase) {
  return phase == ChecklistPhase::before ? "before" : "after";
}

std::optional<ChecklistPhase> phase_named(std::string_view name) {
  for (const ChecklistPhase phase : {ChecklistPhase::before, ChecklistPhase::after}) {
    if (name == name_of(phase)) return phase;
  }
  return std::nullopt;
}

Verdict verdict_of(const std::vector<Evidence>& evidence) {
  std::vector<Verdict> verdicts;
  verdicts.reserve(evidence.size());
  for (const Evidence& one : evidence) verdicts.push_back(one.verdict);
  return combine(verdicts);
}

Verdict conclude(const Report& report) {
  std::vector<Verdict> verdicts;
  for (const Requirement& requirement : report.requirements) {
    verdicts.push_back(requirement.verdict);
    verdicts.push_back(verdict_of(requirement.evidence));
  }
  for (const Criterion& criterion : report.criteria) {
    verdicts.push_back(criterion.verdict);
    verdicts.push_back(shown_by(criterion));
  }
  for (const Step& step : report.steps) verdicts.push_back(step.verdict);
  for (const Table& table : report.tables) {
    for (const TableRow& row : table.rows) {
      if (row.verdict) verdicts.push_back(*row.verdict);
    }
  }
  if (!fates_add_up(report)) verdicts.push_back(Verdict::fail);
  return combine(verdicts);
}

std::uint64_t fates_total(const Report& report) {
  std::uint64_t total = 0;
  for (const Fate& fate : report.fates) total += fate.count;
  return total;
}

std::vector<std::string> contradictions(const Report& report) {
  std::vector<std::string> found;
  const Verdict concluded = conclude(report);
  if (is_worse(concluded, report.verdict)) {
    found.push_back(claim_beyond("The report", report.verdict, concluded));
  }
  for (const Requirement& requirement : report.requirements) {
    const Verdict shown = verdict_of(requirement.evidence);
    if (is_worse(shown, requirement.verdict)) {
      found.push_back(claim_beyond("Requirement " + requirement.id, requirement.verdict, shown));
    }
  }
  for (const Criterion& criterion : report.criteria) {
    const Verdict shown = shown_by(criterion);
    if (is_worse(shown, criterion.verdict)) {
      found.push_back(claim_beyond("Criterion " + criterion.id, criterion.verdict, shown));
    }
  }
  for (const Table& table : report.tables) add_contradicting_rows(found, report.verdict, table);
  if (!fates_add_up(report)) {
    found.push_back("The fates add up to " + std::to_string(fates_total(report)) + ", but " +
                    std::to_string(report.listed) + " keys were listed.");
  }
  return found;
}

}  // namespace cutover::reports
