#include <fmt/format.h>

#include <algorithm>

#include "reports/figures.h"
#include "reports/html/page_values.h"
#include "reports/text.h"

namespace cutover::reports {

namespace {

Values fate_values(const Fate& fate) {
  Values values;
  put(values, "fate", fate.fate);
  put(values, "count", count_text(fate.count));
  put(values, "explanation", fate.explanation);
  return values;
}

Values example_values(const Finding& finding) {
  Values values;
  put(values, "key", finding.key.empty() ? "(empty)" : finding.key);
  put(values, "detail", finding.detail.empty() ? "" : ": " + finding.detail);
  return values;
}

Values file_values(const ReportFile& file) {
  Values values;
  put(values, "name", last_path_part(file.name));
  put(values, "how_many", rows_text(file));
  put(values, "sha256", file.sha256);
  return values;
}

// The most frequent reason first; equal counts keep their order.
Values findings_of(std::vector<FindingGroup> groups, bool opened, std::size_t rows_max) {
  std::stable_sort(
      groups.begin(), groups.end(),
      [](const FindingGroup& left, const FindingGroup& right) { return left.count > right.count; });
  return list_of(groups, rows_max, [opened](const FindingGroup& group) {
    Values values;
    const std::size_t shown = std::min(group.examples.size(), findings_examples_max);
    put(values, "reason", group.reason);
    put(values, "how_many", how_many(group));
    put_if_any(values, "meaning", group.meaning);
    put(values, "examples_title",
        group.count > shown ? fmt::format("The first {} of them", shown) : "Which");
    values["opened"] = Values(opened ? " open=\"\"" : "");
    values["examples"] = rows_of(group.examples, findings_examples_max, example_values);
    return values;
  });
}

}  // namespace

void put_keys(Values& page, const Report& report, const PageBounds& bounds) {
  Values fates = list_of(report.fates, bounds.rows, fate_values);
  const bool equal = fates_total(report) == report.listed;
  fates["any"] = Values(!report.fates.empty() || report.listed > 0);
  put(fates, "sum", count_text(fates_total(report)));
  put(fates, "against_listing",
      (equal ? "= " : "not equal to ") + count_text(report.listed) + " listed");
  page["fates"] = std::move(fates);
  page["files"] = rows_of(report.files, bounds.rows, file_values);
  page["rejections"] = findings_of(report.rejections, true, bounds.rows);
  page["alterations"] = findings_of(report.alterations, false, bounds.rows);
}

}  // namespace cutover::reports
