#include "signoff/open_rows.h"

#include <algorithm>

namespace cutover::signoff {
namespace {

using reports::Verdict;

void add(std::vector<OpenRow>& rows, OpenRow row) {
  if (row.verdict == Verdict::pass) return;
  const auto found = std::find_if(rows.begin(), rows.end(),
                                  [&](const OpenRow& other) { return other.id == row.id; });
  if (found == rows.end()) {
    rows.push_back(std::move(row));
  } else {
    found->verdict = reports::combine({found->verdict, row.verdict});
  }
}

}  // namespace

std::vector<OpenRow> open_rows(const reports::Report& report) {
  std::vector<OpenRow> rows;
  for (const reports::Requirement& one : report.requirements) {
    add(rows, {one.id, one.title, reports::combine({one.verdict, verdict_of(one.evidence)})});
  }
  for (const reports::Criterion& one : report.criteria) {
    add(rows, {one.id, one.name, reports::combine({one.verdict, shown_by(one)})});
  }
  for (const reports::Step& one : report.steps) {
    add(rows, {"step " + one.name, one.what_happened, one.verdict});
  }
  for (const reports::Table& table : report.tables) {
    for (const reports::TableRow& one : table.rows) {
      const std::string first = one.cells.empty() ? "" : one.cells.front();
      add(rows, {table.id + ": " + first, table.title, one.verdict.value_or(Verdict::pass)});
    }
  }
  if (reports::is_worse(report.verdict, conclude(report))) {
    add(rows, {"verdict", "the whole run", report.verdict});
  }
  return rows;
}

}  // namespace cutover::signoff
