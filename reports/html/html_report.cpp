#include "reports/html/html_report.h"

#include <algorithm>
#include <array>
#include <kainjow/mustache.hpp>

#include "reports/html/page_parts.h"
#include "reports/html/page_values.h"

namespace cutover::reports {

namespace {

constexpr std::array<const char*, 8> partials = {"badge",   "first", "keys",         "findings",
                                                 "figures", "steps", "requirements", "ending"};

std::string template_named(const std::string& name) {
  return std::string(page_part(name + ".mustache"));
}

// Only sections that the page will have.
Values sections_of(const Report& report) {
  Values sections = list();
  const auto add = [&sections](const char* anchor, const char* title, bool there = true) {
    if (!there) return;
    Values section;
    put(section, "anchor", anchor);
    put(section, "title", title);
    sections.push_back(section);
  };
  add("thresholds", "Thresholds");
  add("checklist", "Checklist");
  add("keys", "Keys");
  add("charts", "Charts", !report.charts.empty());
  add("tables", "Tables", !report.tables.empty());
  add("worst", "Worst run", !report.worst_run.moments.empty());
  add("steps", "Steps", !report.steps.empty());
  add("queries", "Queries", !report.queries.empty());
  add("requirements", "Requirements");
  add("meaning", "What it means");
  add("not-covered", "Not covered");
  add("history", "Earlier runs", !report.history.empty());
  add("inputs", "Inputs");
  add("reproduce", "Reproduce");
  return sections;
}

std::string page_of(const Report& report, const PageBounds& bounds) {
  Values page;
  page["style"] = Values(std::string(page_part("style.css")));
  page["sections"] = sections_of(report);
  for (const char* name : partials) {
    page[std::string("part_") + name] =
        Values(kainjow::mustache::partial([name] { return template_named(name); }));
  }
  put_first(page, report, bounds);
  put_keys(page, report, bounds);
  put_figures(page, report, bounds);
  put_steps(page, report, bounds);
  put_requirements(page, report, bounds);
  put_ending(page, report, bounds);
  return kainjow::mustache::mustache(template_named("page")).render(page);
}

}  // namespace

void put_verdict(Values& values, Verdict verdict) {
  values["verdict"] = Values(std::string(name_of(verdict)));
  switch (verdict) {
    case Verdict::pass:
      values["mark"] = Values("\xe2\x9c\x93");
      values["word"] = Values("PASS");
      return;
    case Verdict::fail:
      values["mark"] = Values("\xe2\x9c\x97");
      values["word"] = Values("FAIL");
      return;
    case Verdict::unknown:
      values["mark"] = Values("?");
      values["word"] = Values("UNKNOWN");
      return;
  }
}

std::string more_text(std::size_t shown, std::size_t all) {
  if (shown >= all) return {};
  return "And " + std::to_string(all - shown) + " more, in report.json.";
}

std::string to_html(const Report& report) {
  PageBounds bounds;
  std::string page = page_of(report, bounds);
  while (page.size() > html_bytes_max && bounds.rows > 1) {
    for (std::size_t* bound :
         {&bounds.rows, &bounds.charts, &bounds.chart_rows, &bounds.evidence}) {
      *bound = std::max<std::size_t>(*bound / 2, 1);
    }
    page = page_of(report, bounds);
  }
  return page;
}

}  // namespace cutover::reports
