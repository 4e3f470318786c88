#include "reports/objections.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "reports/figures.h"

namespace cutover::reports {

namespace {

Objection of(const Criterion& criterion) {
  return {verdict_seen(criterion),
          "criterion",
          criterion.id,
          criterion.name,
          fmt::format("{}, limit {}", measured_in_short(criterion), criterion.threshold),
          criterion.reproduce};
}

Objection of(const Requirement& requirement) {
  std::string reproduce;
  for (const Evidence& evidence : requirement.evidence) {
    if (reproduce.empty() && evidence.verdict == requirement.verdict) {
      reproduce = evidence.reproduce;
    }
  }
  return {requirement.verdict,
          "requirement",
          requirement.id,
          requirement.title,
          deciding_sentence(requirement),
          reproduce};
}

bool lacks_evidence(const Requirement& requirement) {
  return requirement.verdict == Verdict::unknown && requirement.evidence.empty();
}

// All requirements without any evidence, as one objection.
Objection of_lacking(const std::vector<Requirement>& requirements, std::size_t count) {
  std::string ids;
  for (const Requirement& requirement : requirements) {
    if (lacks_evidence(requirement)) ids += (ids.empty() ? "" : ", ") + requirement.id;
  }
  return {Verdict::unknown, counted(count, "requirement") + " have no evidence", "", "", ids, ""};
}

Objection of(const Table& table, const TableRow& row) {
  std::string rest;
  for (std::size_t column = 1; column < row.cells.size(); ++column) {
    rest += (rest.empty() ? "" : "; ") + row.cells[column];
  }
  return {*row.verdict, "table " + table.id, "", row.cells.empty() ? "(no name)" : row.cells[0],
          rest,         table.reproduce};
}

std::vector<Objection> objections_of(const Report& report, bool in_short) {
  std::vector<Objection> found;
  const auto object = [&found](Objection objection) {
    if (objection.verdict != Verdict::pass) found.push_back(std::move(objection));
  };
  for (const Criterion& criterion : report.criteria) object(of(criterion));
  const auto lacking = static_cast<std::size_t>(
      std::count_if(report.requirements.begin(), report.requirements.end(), lacks_evidence));
  const bool as_one = in_short && lacking > 1;
  for (const Requirement& requirement : report.requirements) {
    if (!as_one || !lacks_evidence(requirement)) object(of(requirement));
  }
  if (as_one) object(of_lacking(report.requirements, lacking));
  for (const Table& table : report.tables) {
    for (const TableRow& row : table.rows) {
      if (row.verdict) object(of(table, row));
    }
  }
  for (const Step& step : report.steps) {
    object({step.verdict, "step", "", step.name, step.what_happened, ""});
  }
  std::stable_partition(found.begin(), found.end(), [](const Objection& objection) {
    return objection.verdict == Verdict::fail;
  });
  return found;
}

}  // namespace

Verdict verdict_seen(const Report& report) {
  return combine({report.verdict, conclude(report)});
}

Verdict verdict_seen(const Criterion& criterion) {
  return combine({criterion.verdict, shown_by(criterion)});
}

std::vector<Objection> objections(const Report& report) {
  return objections_of(report, false);
}

std::vector<Objection> objections_in_short(const Report& report) {
  return objections_of(report, true);
}

std::string name_of(const Objection& objection) {
  std::string name = objection.kind;
  if (!objection.id.empty()) name += " " + objection.id;
  if (!objection.title.empty() && objection.title != objection.id) name += " " + objection.title;
  return name;
}

}  // namespace cutover::reports
