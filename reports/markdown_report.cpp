#include "reports/markdown_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <vector>

#include "reports/figures.h"
#include "reports/markdown_parts.h"
#include "reports/markdown_text.h"
#include "reports/objections.h"
#include "reports/text.h"

namespace cutover::reports {

namespace {

constexpr std::size_t objections_max = 30;

std::string tally(const std::vector<Verdict>& verdicts) {
  const auto count = [&](Verdict wanted) {
    return std::count(verdicts.begin(), verdicts.end(), wanted);
  };
  return fmt::format("{} pass, {} fail, {} unknown", count(Verdict::pass), count(Verdict::fail),
                     count(Verdict::unknown));
}

template <class Item>
std::string tally_of(const std::vector<Item>& items) {
  std::vector<Verdict> verdicts;
  for (const Item& item : items) verdicts.push_back(item.verdict);
  return tally(verdicts);
}

void add_verdict(std::string& out, const Report& report) {
  out += fmt::format("# {}: acceptance report\n\n", shout(verdict_seen(report)));
  out += fmt::format("**{}** {}\n\n", shout(verdict_seen(report)), markdown_text(report.headline));
  for (const std::string& sentence : contradictions(report)) {
    out += fmt::format("**This report contradicts itself.** {}\n\n", markdown_text(sentence));
  }
  add_header(out, {"Run", "Value"});
  add_row(out, {"Started", markdown_text(report.started)});
  add_row(out, {"Version", markdown_text(report.tool_version)});
  add_row(out, {"Seed", fmt::format("{}", report.seed)});
  if (!report.profile.empty()) add_row(out, {"Profile", short_text(report.profile)});
  add_row(out, {"Requirements", tally_of(report.requirements)});
  add_row(out, {"Criteria", tally_of(report.criteria)});
  add_row(out, {"Steps", tally_of(report.steps)});
  out += "\n";
}

void add_objections(std::string& out, const Report& report) {
  const std::vector<Objection> found = objections_in_short(report);
  if (found.empty()) return;
  out += "## What stands against a pass\n\n";
  for (std::size_t index = 0; index < std::min(found.size(), objections_max); ++index) {
    out += fmt::format("- **{}** {}: {}\n", shout(found[index].verdict),
                       short_text(name_of(found[index])), long_text(found[index].what));
  }
  if (found.size() > objections_max) {
    out += fmt::format("- and {} more, in the tables below\n", found.size() - objections_max);
  }
  out += "\n";
}

void add_inputs(std::string& out, const std::vector<Input>& inputs) {
  out += "## Inputs\n\n";
  if (inputs.empty()) out += "None.\n\n";
  if (inputs.empty()) return;
  add_header(out, {"Input", "File", "Records", "Size", "SHA-256"});
  for (const Input& input : inputs) {
    add_row(out, {short_text(input.name), short_code(last_path_part(input.path)),
                  count_text(input.records), size_text(input.bytes), short_code(input.sha256)});
  }
  out += "\n";
}

void add_criteria(std::string& out, const std::vector<Criterion>& criteria) {
  out += "## Criteria\n\n";
  if (criteria.empty()) out += "No criterion was measured.\n\n";
  if (criteria.empty()) return;
  add_header(out, {"Id", "Criterion", "Phase", "Measured", "Limit", "Margin", "Verdict", "Note",
                   "Command"});
  for (const Criterion& criterion : criteria) {
    add_row(out,
            {short_text(criterion.id), short_text(criterion.name), short_text(criterion.phase),
             short_text(measured_in_short(criterion)), short_text(criterion.threshold),
             margin_text(criterion), shout(verdict_seen(criterion)), short_text(criterion.note),
             criterion.reproduce.empty() ? "" : short_code(criterion.reproduce)});
  }
  out += "\n";
}

void add_fates(std::string& out, const Report& report) {
  out += "## What became of each key\n\n";
  if (report.fates.empty() && report.listed == 0) out += "No keys were listed.\n\n";
  if (report.fates.empty() && report.listed == 0) return;
  add_header(out, {"Fate", "Keys", "Meaning"});
  for (const Fate& fate : report.fates) {
    add_row(out, {short_text(fate.fate), count_text(fate.count), short_text(fate.explanation)});
  }
  const std::uint64_t total = fates_total(report);
  const bool equal = total == report.listed;
  add_row(out, {"**Sum**", fmt::format("**{}**", count_text(total)),
                equal ? fmt::format("= {} listed", count_text(report.listed))
                      : fmt::format("**not equal to {} listed**", count_text(report.listed))});
  out += "\n";
}

void add_files(std::string& out, const std::vector<ReportFile>& files) {
  for (const ReportFile& file : files) {
    out += fmt::format("Each key below, not only the first of a reason: {}, {}, SHA-256 {}\n\n",
                       short_code(last_path_part(file.name)), rows_text(file),
                       short_code(file.sha256));
  }
}

void add_example(std::string& out, const Finding& finding) {
  out += "- " + short_code(finding.key);
  if (!finding.detail.empty()) out += ": " + short_text(finding.detail);
  out += "\n";
}

// The most frequent reason first; equal counts keep their order.
void add_findings(std::string& out, const std::string& title, const std::string& none,
                  const std::vector<FindingGroup>& groups) {
  out += "## " + title + "\n\n";
  if (groups.empty()) out += none + "\n\n";
  std::vector<const FindingGroup*> ordered;
  for (const FindingGroup& group : groups) ordered.push_back(&group);
  std::stable_sort(ordered.begin(), ordered.end(),
                   [](const auto* left, const auto* right) { return left->count > right->count; });
  for (const FindingGroup* group : ordered) {
    out += short_code(group->reason) + ": " + how_many(*group);
    if (!group->meaning.empty()) out += ": " + long_text(group->meaning);
    out += "\n\n";
    const std::size_t shown = std::min(group->examples.size(), findings_examples_max);
    for (std::size_t index = 0; index < shown; ++index) add_example(out, group->examples[index]);
    if (shown > 0 && group->count > shown) {
      out += fmt::format("- and {} more\n", count_text(group->count - shown));
    }
    if (shown > 0) out += "\n";
  }
}

void add_steps(std::string& out, const std::vector<Step>& steps) {
  if (steps.empty()) return;
  out += "## Steps\n\n";
  add_header(out, {"Step", "Verdict", "What happened", "Virtual time", "Real time", "Events"});
  for (const Step& step : steps) {
    add_row(out,
            {short_text(step.name), shout(step.verdict), short_text(step.what_happened),
             duration_text(step.virtual_ms), duration_text(step.real_ms), count_text(step.events)});
  }
  out += "\n";
}

void add_queries(std::string& out, const std::vector<Query>& queries) {
  if (queries.empty()) return;
  out += "## Queries\n\n";
  for (const Query& query : queries) {
    out += fmt::format("**{}**: {}, {}\n\n", short_text(query.name), duration_text(query.ms),
                       counted(query.rows, "row"));
    out += markdown_block(query.sql, "sql") + "\n";
    std::string plan;
    for (const std::string& line : query.plan) plan += visible(line) + "\n";
    if (!plan.empty()) out += "Its plan:\n\n" + markdown_block(plan, "text") + "\n";
  }
}

std::string evidence_cell(const Evidence& evidence) {
  std::string cell = shout(evidence.verdict) + ": " + short_text(evidence.what);
  if (!evidence.source.empty()) cell += " (" + short_text(evidence.source) + ")";
  if (!evidence.reproduce.empty()) cell += " " + short_code(evidence.reproduce);
  return cell;
}

void add_requirements(std::string& out, const std::vector<Requirement>& requirements) {
  out += "## Requirements\n\n";
  if (requirements.empty()) out += "None was looked at.\n\n";
  if (requirements.empty()) return;
  add_header(out, {"Id", "Requirement", "Verdict", "Evidence"});
  for (const Requirement& requirement : requirements) {
    std::string evidence;
    for (const Evidence& one : requirement.evidence) {
      evidence += (evidence.empty() ? "" : "<br>") + evidence_cell(one);
    }
    add_row(out, {short_text(requirement.id), short_text(requirement.title),
                  shout(requirement.verdict), evidence.empty() ? "none" : evidence});
  }
  out += "\n";
}

void add_checklist(std::string& out, const std::vector<ChecklistItem>& checklist) {
  if (checklist.empty()) return;
  out += "## Go-live checklist\n\n";
  add_header(out, {"When", "Check", "Verdict", "Evidence"});
  for (const ChecklistItem& item : checklist) {
    add_row(out, {std::string(name_of(item.phase)), short_text(item.item), shout(item.verdict),
                  short_text(item.evidence)});
  }
  out += "\n";
}

void add_approvals(std::string& out, const std::vector<Approval>& approvals) {
  if (approvals.empty()) return;
  out += "## Approvals\n\n";
  add_header(out, {"Role", "Person", "At", "Digest of the report", "Note"});
  for (const Approval& approval : approvals) {
    const bool open = approval.person.empty();
    add_row(out,
            {short_text(approval.role), open ? "**open**" : short_text(approval.person),
             short_text(approval.at), approval.digest.empty() ? "" : short_code(approval.digest),
             short_text(approval.note)});
  }
  out += "\n";
}

void add_coverage(std::string& out, const Report& report) {
  if (report.coverage.empty()) return;
  std::string missed;
  std::size_t missed_count = 0;
  for (const auto& [site, calls] : report.coverage) {
    if (calls > 0) continue;
    missed += "- " + short_code(site) + "\n";
    ++missed_count;
  }
  out += fmt::format("## Fault sites\n\n{} of {} were reached.\n\n",
                     report.coverage.size() - missed_count, report.coverage.size());
  if (missed_count > 0) out += "Never reached:\n\n" + missed + "\n";
}

void add_ending(std::string& out, const Report& report) {
  out += "## What was not covered\n\n";
  if (report.not_covered.empty()) out += "Nothing was left out.\n";
  for (const std::string& line : report.not_covered) out += "- " + long_text(line) + "\n";
  out += "\n## Reproduce\n\n";
  out +=
      report.reproduce.empty() ? "No command was given.\n" : markdown_block(report.reproduce, "sh");
}

}  // namespace

std::string to_markdown(const Report& report) {
  std::string out;
  add_verdict(out, report);
  add_objections(out, report);
  add_inputs(out, report.inputs);
  add_criteria(out, report.criteria);
  add_fates(out, report);
  add_files(out, report.files);
  add_findings(out, "Keys and library rows that became no row of D1", "There is none.",
               report.rejections);
  add_findings(out, "Altered or incomplete books", "There is none.", report.alterations);
  add_steps(out, report.steps);
  add_queries(out, report.queries);
  add_requirements(out, report.requirements);
  add_checklist(out, report.checklist);
  add_approvals(out, report.approvals);
  add_coverage(out, report);
  add_tables(out, report);
  add_charts(out, report);
  add_timeline(out, report);
  add_meaning(out, report);
  add_seeds(out, report);
  add_history(out, report);
  add_ending(out, report);
  return out;
}

}  // namespace cutover::reports
