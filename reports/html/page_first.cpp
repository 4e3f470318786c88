#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "reports/figures.h"
#include "reports/html/page_values.h"
#include "reports/objections.h"

namespace cutover::reports {

namespace {

template <class Item>
std::string tally_of(const std::vector<Item>& items) {
  std::size_t passed = 0;
  for (const Item& item : items) passed += item.verdict == Verdict::pass ? 1 : 0;
  return fmt::format("{} of {} pass", passed, items.size());
}

void put_facts(Values& page, const Report& report) {
  Values facts = list();
  const auto fact = [&facts](const char* name, const std::string& value) {
    if (value.empty()) return;
    Values values;
    put(values, "name", name);
    put(values, "value", value);
    facts.push_back(values);
  };
  fact("Started", report.started);
  fact("Keys", count_text(report.listed));
  fact("Criteria", tally_of(report.criteria));
  fact("Requirements", tally_of(report.requirements));
  fact("Steps", tally_of(report.steps));
  fact("Profile", report.profile);
  fact("Seed", std::to_string(report.seed));
  fact("Version", report.tool_version);
  page["facts"] = std::move(facts);
}

Values sentence_values(const std::string& sentence) {
  Values values;
  put_long(values, "sentence", sentence);
  return values;
}

Values objection_values(const Objection& objection) {
  Values values = sentence_values(name_of(objection) + ": " + objection.what);
  put_verdict(values, objection.verdict);
  return values;
}

Values criterion_values(const Criterion& criterion) {
  Values values;
  put(values, "name", criterion.name);
  std::string note = criterion.id;
  if (!criterion.phase.empty()) note += " in " + criterion.phase;
  if (!criterion.note.empty()) note += ": " + criterion.note;
  put(values, "note", note);
  put(values, "measured", measured_in_short(criterion));
  put(values, "threshold", criterion.threshold);
  put(values, "margin", margin_text(criterion));
  put_verdict(values, verdict_seen(criterion));
  return values;
}

Values item_values(const ChecklistItem& item) {
  Values values;
  put(values, "item", item.item);
  put(values, "evidence", item.evidence);
  put_verdict(values, item.verdict);
  return values;
}

Values checklist_of(const Report& report, std::size_t rows_max) {
  Values phases = list();
  for (const ChecklistPhase phase : {ChecklistPhase::before, ChecklistPhase::after}) {
    std::vector<ChecklistItem> items;
    for (const ChecklistItem& item : report.checklist) {
      if (item.phase == phase) items.push_back(item);
    }
    Values one = list_of(items, rows_max, item_values);
    put(one, "phase", phase == ChecklistPhase::before ? "Before going live" : "After");
    phases.push_back(one);
  }
  Values checklist;
  checklist["any"] = Values(!report.checklist.empty());
  checklist["phases"] = std::move(phases);
  return checklist;
}

// The first few in sight, so that the thresholds are, too; the rest one click away.
Values against_of(const Report& report) {
  constexpr std::size_t seen_max = 4;
  constexpr std::size_t objections_max = 100;
  std::vector<Objection> found = objections_in_short(report);
  const std::size_t seen = std::min(found.size(), seen_max);
  Values against = list_of(std::vector<Objection>(found.begin(), found.begin() + seen), seen_max,
                           objection_values);
  found.erase(found.begin(), found.begin() + seen);
  Values rest(false);
  if (!found.empty()) {
    rest = list_of(found, objections_max, objection_values);
    put(rest, "left_out", more_text(std::min(found.size(), objections_max), found.size()));
    rest["more"] = Values("And " + count_text(found.size()) + " more");
  }
  against["rest"] = std::move(rest);
  return against;
}

Values approval_values(const Approval& approval) {
  Values values;
  put(values, "role", approval.role);
  put(values, "person", approval.person.empty() ? "open" : approval.person);
  put(values, "at", approval.at);
  put(values, "digest", approval.digest);
  put(values, "note", approval.note);
  return values;
}

}  // namespace

void put_first(Values& page, const Report& report, const PageBounds& bounds) {
  put_verdict(page, verdict_seen(report));
  put(page, "headline", report.headline);
  put(page, "tool_version", report.tool_version);
  put_facts(page, report);
  page["contradictions"] = rows_of(contradictions(report), bounds.rows, sentence_values);
  page["against"] = against_of(report);
  page["criteria"] = list_of(report.criteria, bounds.rows, criterion_values);
  page["checklist"] = checklist_of(report, bounds.rows);
  page["approvals"] = list_of(report.approvals, bounds.rows, approval_values);
}

}  // namespace cutover::reports
