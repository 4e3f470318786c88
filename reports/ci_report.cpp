#include "reports/ci_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "reports/figures.h"
#include "reports/markdown_parts.h"
#include "reports/objections.h"
#include "reports/text.h"

namespace cutover::reports {

namespace {

void add_against(std::string& out, const Report& report) {
  const std::vector<std::string> contradicted = contradictions(report);
  for (std::size_t index = 0; index < std::min(contradicted.size(), summary_rows_max); ++index) {
    out += "- **This report contradicts itself.** " + short_text(contradicted[index]) + "\n";
  }
  const std::vector<Objection> found = objections_in_short(report);
  const std::size_t shown = std::min(found.size(), summary_rows_max);
  for (std::size_t index = 0; index < shown; ++index) {
    out += fmt::format("- **{}** {}: {}\n", shout(found[index].verdict),
                       short_text(name_of(found[index])), short_text(found[index].what));
  }
  if (found.size() > shown) out += fmt::format("- and {} more\n", found.size() - shown);
  if (!found.empty() || !contradicted.empty()) out += "\n";
}

// In a message % starts an escape, and a line end ends the command.
std::string message_text(std::string_view text) {
  std::string escaped;
  for (const char character : visible(clipped(text, 500))) {
    escaped += character == '%' ? "%25" : std::string(1, character);
  }
  return escaped;
}

// In a property : and , end it, too.
std::string property_text(std::string_view text) {
  std::string escaped;
  for (const char character : message_text(text)) {
    if (character == ':') {
      escaped += "%3A";
    } else if (character == ',') {
      escaped += "%2C";
    } else {
      escaped += character;
    }
  }
  return escaped;
}

std::string annotation(std::string_view level, std::string_view title, std::string_view message) {
  return fmt::format("::{} title={}::{}\n", level, property_text(title), message_text(message));
}

}  // namespace

std::string to_summary(const Report& report) {
  std::string out =
      fmt::format("## {}: cutover\n\n{}\n\n", shout(report.verdict), short_text(report.headline));
  add_against(out, report);
  add_header(out, {"Criterion", "Measured", "Limit", "Margin", "Verdict"});
  for (std::size_t index = 0; index < std::min(report.criteria.size(), summary_rows_max); ++index) {
    const Criterion& criterion = report.criteria[index];
    add_row(out, {short_text(criterion.name), short_text(measured_in_short(criterion)),
                  short_text(criterion.threshold), margin_text(criterion),
                  shout(verdict_seen(criterion))});
  }
  if (report.criteria.size() > summary_rows_max) {
    out += fmt::format("\nAnd {} more criteria.\n", report.criteria.size() - summary_rows_max);
  }
  out +=
      "\nWhole: `report.html` for people, `report.json`, `report.sarif` and `junit.xml` for "
      "machines.\n\n";
  if (!report.reproduce.empty()) out += "Repeat it: " + short_code(report.reproduce) + "\n";
  return out;
}

std::string to_annotations(const Report& report) {
  std::string out;
  std::size_t errors = 0;
  std::size_t warnings = 0;
  std::size_t left_out = 0;
  const auto annotate = [&](Verdict verdict, const std::string& title, const std::string& what) {
    std::size_t& count = verdict == Verdict::fail ? errors : warnings;
    if (count == annotations_max) {
      ++left_out;
      return;
    }
    ++count;
    out += annotation(verdict == Verdict::fail ? "error" : "warning", title, what);
  };
  for (const std::string& sentence : contradictions(report)) {
    annotate(Verdict::fail, "the report contradicts itself", sentence);
  }
  for (const Objection& one : objections_in_short(report)) {
    annotate(one.verdict, name_of(one), one.what);
  }
  if (left_out > 0) {
    out += annotation("notice", "cutover", std::to_string(left_out) + " more are in report.html");
  }
  if (out.empty()) {
    const bool passed = verdict_seen(report) == Verdict::pass;
    out += annotation(passed ? "notice" : "warning", "cutover: " + shout(verdict_seen(report)),
                      report.headline);
  }
  return out;
}

}  // namespace cutover::reports
