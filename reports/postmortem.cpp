#include "reports/postmortem.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <vector>

#include "reports/figures.h"
#include "reports/markdown_parts.h"
#include "reports/markdown_text.h"
#include "reports/objections.h"
#include "reports/text.h"

namespace cutover::reports {

namespace {

constexpr std::size_t postmortem_rows_max = 100;

std::string blank(std::string_view question) {
  return fmt::format("{} {}\n\n", postmortem_blank, question);
}

void add_summary(std::string& out, const Report& report) {
  out += fmt::format("# Post-mortem: {} on {}\n\n", shout(verdict_seen(report)),
                     report.started.empty() ? "an unknown date" : short_text(report.started));
  out += fmt::format("**{}** {}\n\n", shout(verdict_seen(report)), short_text(report.headline));
  for (const std::string& sentence : contradictions(report)) {
    out += fmt::format("**The report contradicts itself.** {}\n\n", short_text(sentence));
  }
  add_header(out, {"Run", "Value"});
  add_row(out, {"Started", short_text(report.started)});
  add_row(out, {"Version", short_text(report.tool_version)});
  add_row(out, {"Seed", std::to_string(report.seed)});
  for (const Input& input : report.inputs) {
    add_row(out, {short_text(input.name),
                  short_code(last_path_part(input.path)) + " " + short_code(input.sha256)});
  }
  out += "\n";
  out += blank("Who wrote this, who was there, and who reviewed it?");
}

void add_failures(std::string& out, const Report& report) {
  out += "## What failed\n\n";
  const std::vector<Objection> found = objections_in_short(report);
  if (found.empty()) out += "Nothing that this run looked at failed or stayed unknown.\n\n";
  for (std::size_t index = 0; index < std::min(found.size(), postmortem_rows_max); ++index) {
    const Objection& one = found[index];
    out += fmt::format("- **{}** {}: {}", shout(one.verdict), short_text(name_of(one)),
                       short_text(one.what));
    if (!one.reproduce.empty()) out += " " + short_code(one.reproduce);
    out += "\n";
  }
  if (found.size() > postmortem_rows_max)
    out += fmt::format("- and {} more\n", found.size() - postmortem_rows_max);
  if (!found.empty()) out += "\n";
  if (!report.rejections.empty()) {
    out += "Keys and library rows that became no row of D1:\n\n";
    add_header(out, {"Reason", "How many", "Meaning", "The first"});
    for (const FindingGroup& group : report.rejections) {
      add_row(out, {short_code(group.reason), how_many(group), short_text(group.meaning),
                    group.examples.empty() ? "" : short_code(group.examples.front().key)});
    }
    out += "\n";
  }
  out += blank("Who noticed, and what did users see of it?");
}

// The steps by the time that they took, which is when things happened.
void add_course(std::string& out, const Report& report) {
  out += "## When\n\n";
  if (report.steps.empty()) out += "No step was recorded.\n\n";
  if (!report.steps.empty()) {
    add_header(out, {"Step", "Verdict", "Began after", "Took", "What happened"});
    double before = 0;
    for (const Step& step : report.steps) {
      add_row(out, {short_text(step.name), shout(step.verdict), duration_text(before),
                    duration_text(step.real_ms), short_text(step.what_happened)});
      before += step.real_ms.value_or(0);
    }
    out += "\nReal time, from the start of the run.\n\n";
  }
  add_timeline(out, report);
  out += blank("What happened outside the run: announcements, decisions, calls?");
}

void add_what_held(std::string& out, const Report& report) {
  out += "## What held\n\n";
  std::size_t held = 0;
  const auto hold = [&out, &held](const std::string& line) {
    if (held++ < postmortem_rows_max) out += "- " + line + "\n";
  };
  for (const Criterion& one : report.criteria) {
    if (verdict_seen(one) != Verdict::pass) continue;
    hold(fmt::format("{}: {}, limit {}", short_text(one.name), short_text(measured_in_short(one)),
                     short_text(one.threshold)));
  }
  for (const Requirement& one : report.requirements) {
    if (one.verdict != Verdict::pass) continue;
    hold(fmt::format("{} {}: {}", short_text(one.id), short_text(one.title),
                     short_text(deciding_sentence(one))));
  }
  if (held == 0) out += "Nothing that this run can show.\n";
  if (held > postmortem_rows_max) out += fmt::format("- and {} more\n", held - postmortem_rows_max);
  out += "\n";
  out += blank("What went well that no check can see?");
}

void add_reproduction(std::string& out, const Report& report) {
  out += "## How to see it again\n\n";
  out +=
      report.reproduce.empty() ? "No command was given.\n" : markdown_block(report.reproduce, "sh");
  out += "\n";
  add_seeds(out, report);
}

void add_questions(std::string& out, const Report& report) {
  out += "## Why\n\n";
  out += blank("The cause, and why it was not found earlier.");
  out += "## What could be improved\n\n";
  out += blank("Each with what it would have changed.");
  out += "## Actions\n\n";
  add_header(out, {"Action", "Owner", "Until", "Shown by"});
  const std::string empty(postmortem_blank);
  add_row(out, {empty, empty, empty, empty});
  out += "\n## What this run does not show\n\n";
  if (report.not_covered.empty()) out += "It names nothing.\n";
  for (const std::string& line : report.not_covered) out += "- " + long_text(line) + "\n";
}

}  // namespace

std::string to_postmortem(const Report& report) {
  std::string out;
  add_summary(out, report);
  add_failures(out, report);
  add_course(out, report);
  add_what_held(out, report);
  add_reproduction(out, report);
  add_questions(out, report);
  return out;
}

}  // namespace cutover::reports
