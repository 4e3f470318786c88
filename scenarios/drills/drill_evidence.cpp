#include "scenarios/drills/drill_evidence.h"

#include "scenarios/phases/checks.h"

namespace cutover::scenarios {
namespace {

using reports::Table;
using reports::Verdict;

Verdict verdict_of(bool passed) {
  return passed ? Verdict::pass : Verdict::fail;
}

std::string yes(bool holds) {
  return holds ? "yes" : "no";
}

std::string after(const std::optional<Duration>& time, const char* otherwise) {
  return time ? in_words(*time) : otherwise;
}

std::string end_of(const Seen& seen) {
  if (!seen.detected) return "not detected";
  if (!seen.mitigated) return "not mitigated";
  if (!seen.contingency_worked) return "the contingency failed";
  return seen.recovered ? "all well" : "not recovered";
}

}  // namespace

Table risk_table(const std::vector<DrillRow>& rows) {
  Table table{"risks",
              "The nine risks, provoked",
              "Each risk of the plan provoked in a world of its own; then the control without "
              "the provocation, and once more with the mitigation switched off, which must fail.",
              {"risk", "provoked how", "what was seen", "time to detect", "mitigation held",
               "contingency worked", "control", "without the mitigation"},
              {}};
  for (const DrillRow& row : rows) {
    const Seen& seen = row.provoked;
    table.rows.push_back(
        {{row.drill.risk, row.drill.provocation, seen.what,
          seen.detected ? after(seen.detected_after, "by a check") : "never", yes(seen.mitigated),
          yes(seen.contingency_worked && seen.recovered),
          row.control.detected ? "a false alarm" : "nothing detected", end_of(row.unmitigated)},
         verdict_of(row.passed())});
  }
  return table;
}

Table rollback_table(const std::vector<RollbackRow>& rows) {
  Table table{"rollbacks",
              "Ways back at every phase",
              "Under traffic; then a second cutover, after which both stores must say what an "
              "undisturbed run leaves.",
              {"phase", "way back", "detected after", "last answer from D1", "bound",
               "wrong answers", "confirmed entries lost", "second cutover", "converged", "remark"},
              {}};
  for (const RollbackRow& row : rows) {
    table.rows.push_back(
        {{row.phase, std::string(name_of(row.way)), after(row.detected_after, "by hand"),
          after(row.last_d1_answer, "none"), in_words(row.bound),
          std::to_string(row.wrong) + " of " + std::to_string(row.requests),
          std::to_string(row.lost) + " of " + std::to_string(row.confirmed),
          yes(row.second_cutover), yes(row.converged), row.trouble},
         verdict_of(row.passed())});
  }
  return table;
}

Table criterion_table(const std::vector<CriterionRow>& rows) {
  Table table{"criteria",
              "Rollback criteria and alerts at their limits",
              "Counted requests to one isolate of the live system; its guard decides. A large "
              "excess is found before the window is full: the window as a whole must be over the "
              "limit, and then it is already.",
              {"criterion", "limit", "provoked", "expected", "seen", "found after", "findings"},
              {}};
  for (const CriterionRow& row : rows) {
    table.rows.push_back(
        {{row.criterion, row.limit, row.provoked, row.expected, row.seen,
          after(row.found_after, row.passed ? "did not fire, as expected" : "did not fire"),
          row.findings},
         verdict_of(row.passed)});
  }
  return table;
}

Table outage_table(const std::vector<OutageRow>& rows) {
  Table table{"outages",
              "One service down for two minutes",
              "Requests for books that a service which works has.",
              {"down", "expected", "answered", "wrong", "last error after its return"},
              {}};
  for (const OutageRow& row : rows) {
    table.rows.push_back({{row.service, row.expected,
                           std::to_string(row.answered) + " of " + std::to_string(row.requests),
                           std::to_string(row.wrong), after(row.well_after, "none")},
                          verdict_of(row.passed)});
  }
  return table;
}

Table breaker_table(const std::vector<BreakerRow>& rows) {
  Table table{"breaker",
              "The life of D1's breaker",
              "Its states, as the system reported them.",
              {"what", "expected", "seen"},
              {}};
  for (const BreakerRow& row : rows) {
    table.rows.push_back({{row.what, row.expected, row.seen}, verdict_of(row.passed)});
  }
  return table;
}

Table provocation_table(const std::vector<ProvocationRow>& rows) {
  Table table{"provocations",
              "Each row made to fail on purpose",
              "A provocation for each threshold and check; it must turn its own row red, and "
              "no other.",
              {"row", "provocation", "rows that turned red"},
              {}};
  for (const ProvocationRow& row : rows) {
    std::string red;
    for (const std::string& name : row.red) red += (red.empty() ? "" : ", ") + name;
    const bool control = row.row.empty();
    table.rows.push_back(
        {{control ? "control" : row.row, row.provocation, red.empty() ? "none" : red},
         verdict_of(control ? row.red.empty() : row.exact())});
  }
  return table;
}

}  // namespace cutover::scenarios
