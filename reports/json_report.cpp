#include "reports/json_report.h"

#include <cmath>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <vector>

#include "reports/text.h"

namespace cutover::reports {

namespace {

using Json = nlohmann::ordered_json;

// Whole numbers are written as such: 100, not 100.0. JSON has no infinity: that becomes null.
Json json_of(double number) {
  constexpr double exact_integers_end = 9007199254740992.0;  // 2^53
  if (!std::isfinite(number)) return nullptr;
  if (std::abs(number) < exact_integers_end && number == std::trunc(number)) {
    return static_cast<std::int64_t>(number);
  }
  return number;
}

Json json_of(const std::optional<double>& number) {
  return number ? json_of(*number) : Json(nullptr);
}

Json json_of(const Measured& measured) {
  if (const auto* number = std::get_if<double>(&measured)) return json_of(*number);
  if (const auto* text = std::get_if<std::string>(&measured)) return *text;
  return nullptr;
}

Json json_of(const Evidence& evidence) {
  return {{"what", evidence.what},
          {"source", evidence.source},
          {"reproduce", evidence.reproduce},
          {"verdict", name_of(evidence.verdict)}};
}

Json json_of(const Finding& finding) {
  return {{"key", finding.key}, {"reason", finding.reason}, {"detail", finding.detail}};
}

Json json_of(const Criterion& criterion) {
  return {{"id", criterion.id},
          {"name", criterion.name},
          {"threshold", criterion.threshold},
          {"measured", json_of(criterion.measured)},
          {"unit", criterion.unit},
          {"verdict", name_of(criterion.verdict)},
          {"note", criterion.note},
          {"limit", json_of(criterion.limit)},
          {"direction", name_of(criterion.direction)},
          {"phase", criterion.phase},
          {"reproduce", criterion.reproduce}};
}

Json json_of(const Input& input) {
  return {{"name", input.name},
          {"path", last_path_part(input.path)},
          {"sha256", input.sha256},
          {"bytes", input.bytes},
          {"records", input.records}};
}

Json json_of(const ReportFile& file) {
  return {{"name", last_path_part(file.name)},
          {"rows", file.rows},
          {"left_out", file.left_out},
          {"sha256", file.sha256}};
}

Json json_of(const FindingGroup& group) {
  Json examples = Json::array();
  for (const Finding& example : group.examples) {
    if (examples.size() == findings_examples_max) break;
    examples.push_back(json_of(example));
  }
  return {{"reason", group.reason},
          {"count", group.count},
          {"meaning", group.meaning},
          {"examples", examples}};
}

Json json_of(const Step& step) {
  return {{"name", step.name},
          {"verdict", name_of(step.verdict)},
          {"what_happened", step.what_happened},
          {"virtual_ms", json_of(step.virtual_ms)},
          {"real_ms", json_of(step.real_ms)},
          {"events", step.events}};
}

Json json_of(const Query& query) {
  return {{"name", query.name},
          {"sql", query.sql},
          {"ms", json_of(query.ms)},
          {"rows", query.rows},
          {"plan", query.plan}};
}

Json json_of(const ChecklistItem& item) {
  return {{"phase", name_of(item.phase)},
          {"item", item.item},
          {"verdict", name_of(item.verdict)},
          {"evidence", item.evidence}};
}

Json json_of(const Approval& approval) {
  return {{"role", approval.role},
          {"person", approval.person},
          {"at", approval.at},
          {"digest", approval.digest},
          {"note", approval.note}};
}

Json json_of(const TableRow& row) {
  return {{"cells", row.cells},
          {"verdict", row.verdict ? Json(name_of(*row.verdict)) : Json(nullptr)}};
}

// A pair, because there may be thousands.
Json json_of(const Point& point) {
  return Json::array({json_of(point.x), json_of(point.y)});
}

Json json_of(const Span& span) {
  return {{"from", json_of(span.from)}, {"to", json_of(span.to)}, {"label", span.label}};
}

Json json_of(const Axis& axis) {
  return {{"label", axis.label}, {"unit", axis.unit}};
}

Json json_of(const SeededRun& run) {
  return {{"scenario", run.scenario},
          {"seed", run.seed},
          {"digest", run.digest},
          {"reproduce", run.reproduce}};
}

Json json_of(const Figure& figure) {
  return {{"name", figure.name}, {"value", json_of(figure.value)}, {"unit", figure.unit}};
}

Json json_of(const Moment& moment) {
  const bool known = moment.at_ms && *moment.at_ms >= 0;
  return {{"at_ms", known ? json_of(*moment.at_ms) : Json(nullptr)},
          {"who", moment.who},
          {"what", moment.what}};
}

Json json_of(const Requirement& requirement);
Json json_of(const Table& table);
Json json_of(const Series& series);
Json json_of(const Chart& chart);
Json json_of(const PastRun& run);

// Below every json_of that it may call: in an unnamed namespace a later one would not be found.
template <class Item>
Json list_of(const std::vector<Item>& items) {
  Json list = Json::array();
  for (const Item& item : items) list.push_back(json_of(item));
  return list;
}

Json json_of(const Table& table) {
  return {
      {"id", table.id},           {"title", table.title},        {"meaning", table.meaning},
      {"columns", table.columns}, {"rows", list_of(table.rows)}, {"reproduce", table.reproduce}};
}

Json json_of(const Series& series) {
  return {{"name", series.name}, {"points", list_of(series.points)}};
}

Json json_of(const Chart& whole) {
  const Chart chart = bounded(whole);
  return {{"id", chart.id},
          {"title", chart.title},
          {"meaning", chart.meaning},
          {"kind", name_of(chart.kind)},
          {"x", json_of(chart.x)},
          {"y", json_of(chart.y)},
          {"series", list_of(chart.series)},
          {"spans", list_of(chart.spans)},
          {"limit", json_of(chart.limit)},
          {"reproduce", chart.reproduce}};
}

Json json_of(const PastRun& run) {
  return {{"started", run.started},
          {"verdict", name_of(run.verdict)},
          {"tool_version", run.tool_version},
          {"digest", run.digest},
          {"figures", list_of(run.figures)}};
}

Json json_of(const Timeline& timeline) {
  return {{"title", timeline.title},
          {"reproduce", timeline.reproduce},
          {"moments", list_of(timeline.moments)}};
}

Json history_of(const std::vector<PastRun>& history) {
  Json list = Json::array();
  for (const PastRun& run : history) {
    if (list.size() == history_max) break;
    list.push_back(json_of(run));
  }
  return list;
}

Json json_of(const Requirement& requirement) {
  return {{"id", requirement.id},
          {"title", requirement.title},
          {"verdict", name_of(requirement.verdict)},
          {"evidence", list_of(requirement.evidence)}};
}

// Names are cleaned before they become keys: two that differ only in broken bytes would otherwise
// stand twice in one object, and readers would drop one of the counts.
void add_count(Json& object, const std::string& name, std::uint64_t count) {
  Json& total = object[valid_utf8(name)];
  total = total.is_null() ? count : total.get<std::uint64_t>() + count;
}

Json fate_counts(const std::vector<Fate>& fates) {
  Json counts = Json::object();
  for (const Fate& fate : fates) add_count(counts, fate.fate, fate.count);
  return counts;
}

Json fate_meanings(const std::vector<Fate>& fates) {
  Json meanings = Json::object();
  for (const Fate& fate : fates) meanings.emplace(valid_utf8(fate.fate), fate.explanation);
  return meanings;
}

Json coverage_counts(const std::map<std::string, std::uint64_t>& coverage) {
  Json counts = Json::object();
  for (const auto& [site, calls] : coverage) add_count(counts, site, calls);
  return counts;
}

}  // namespace

std::string to_json(const Report& report) {
  Json document = {{"schema_version", report.schema_version},
                   {"tool_version", report.tool_version},
                   {"started", report.started},
                   {"seed", report.seed},
                   {"verdict", name_of(report.verdict)},
                   {"headline", report.headline},
                   {"inputs", list_of(report.inputs)},
                   {"requirements", list_of(report.requirements)},
                   {"criteria", list_of(report.criteria)},
                   {"listed", report.listed},
                   {"fates", fate_counts(report.fates)},
                   {"fate_meanings", fate_meanings(report.fates)},
                   {"steps", list_of(report.steps)},
                   {"rejections", list_of(report.rejections)},
                   {"alterations", list_of(report.alterations)},
                   {"queries", list_of(report.queries)},
                   {"checklist", list_of(report.checklist)},
                   {"approvals", list_of(report.approvals)},
                   {"coverage", coverage_counts(report.coverage)},
                   {"reproduce", report.reproduce},
                   {"not_covered", report.not_covered},
                   {"profile", report.profile},
                   {"meaning", report.meaning},
                   {"tables", list_of(report.tables)},
                   {"charts", list_of(report.charts)},
                   {"seeds", list_of(report.seeds)},
                   {"history", history_of(report.history)},
                   {"worst_run", json_of(report.worst_run)}};
  // Younger than version 2: reports without it stay as they were, byte for byte.
  if (!report.files.empty()) document["files"] = list_of(report.files);
  return document.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace cutover::reports
