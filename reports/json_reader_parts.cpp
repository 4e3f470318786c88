#include "reports/json_reader_parts.h"

namespace cutover::reports::reading {

namespace {

// A time that was measured, or null.
void milliseconds(const Place& object, const char* name, std::optional<double>& target) {
  member(object, name, target);
  if (!object.value().is_object() || !object.value().contains(name)) return;
  const Json& value = object.value()[name];
  const bool fits = value.is_null() || (value.is_number() && value.get<double>() >= 0);
  if (!fits) object.below(name, value).fail_type("0 or more, or null");
}

}  // namespace

void read(const Place& place, Evidence& evidence) {
  member(place, "what", evidence.what);
  member(place, "source", evidence.source);
  member(place, "reproduce", evidence.reproduce);
  member(place, "verdict", evidence.verdict);
}

void read(const Place& place, Requirement& requirement) {
  member(place, "id", requirement.id);
  member(place, "title", requirement.title);
  member(place, "verdict", requirement.verdict);
  member(place, "evidence", requirement.evidence);
}

void read(const Place& place, Criterion& criterion) {
  member(place, "id", criterion.id);
  member(place, "name", criterion.name);
  member(place, "threshold", criterion.threshold);
  member(place, "measured", criterion.measured);
  member(place, "unit", criterion.unit);
  member(place, "verdict", criterion.verdict);
  member(place, "note", criterion.note);
  member_since_2(place, "limit", criterion.limit);
  member_since_2(place, "direction", criterion.direction);
  member_since_2(place, "phase", criterion.phase);
  member_since_2(place, "reproduce", criterion.reproduce);
}

void read(const Place& place, Input& input) {
  member(place, "name", input.name);
  member(place, "path", input.path);
  member(place, "sha256", input.sha256);
  member(place, "bytes", input.bytes);
  member(place, "records", input.records);
}

void read(const Place& place, ReportFile& file) {
  member(place, "name", file.name);
  member(place, "rows", file.rows);
  member(place, "left_out", file.left_out);
  member(place, "sha256", file.sha256);
}

void read(const Place& place, Finding& finding) {
  member(place, "key", finding.key);
  member(place, "reason", finding.reason);
  member(place, "detail", finding.detail);
}

void read(const Place& place, FindingGroup& group) {
  member(place, "reason", group.reason);
  member(place, "count", group.count);
  member(place, "meaning", group.meaning);
  member(place, "examples", group.examples);
}

void read(const Place& place, Step& step) {
  member(place, "name", step.name);
  member(place, "verdict", step.verdict);
  member(place, "what_happened", step.what_happened);
  milliseconds(place, "virtual_ms", step.virtual_ms);
  milliseconds(place, "real_ms", step.real_ms);
  member(place, "events", step.events);
}

void read(const Place& place, Query& query) {
  member(place, "name", query.name);
  member(place, "sql", query.sql);
  milliseconds(place, "ms", query.ms);
  member(place, "rows", query.rows);
  member(place, "plan", query.plan);
}

void read(const Place& place, ChecklistItem& item) {
  member(place, "phase", item.phase);
  member(place, "item", item.item);
  member(place, "verdict", item.verdict);
  member(place, "evidence", item.evidence);
}

void read(const Place& place, Approval& approval) {
  member(place, "role", approval.role);
  member(place, "person", approval.person);
  member(place, "at", approval.at);
  member(place, "digest", approval.digest);
  member(place, "note", approval.note);
}

void read(const Place& place, TableRow& row) {
  member(place, "cells", row.cells);
  member(place, "verdict", row.verdict);
}

void read(const Place& place, Table& table) {
  member(place, "id", table.id);
  member(place, "title", table.title);
  member(place, "meaning", table.meaning);
  member(place, "columns", table.columns);
  member(place, "rows", table.rows);
  member(place, "reproduce", table.reproduce);
}

void read(const Place& place, Point& point) {
  if (!place.value().is_array() || place.value().size() != 2) {
    return place.fail_type("an array of x and y");
  }
  read(place.below("0", place.value()[0]), point.x);
  read(place.below("1", place.value()[1]), point.y);
}

void read(const Place& place, Series& series) {
  member(place, "name", series.name);
  member(place, "points", series.points);
}

void read(const Place& place, Span& span) {
  member(place, "from", span.from);
  member(place, "to", span.to);
  member(place, "label", span.label);
}

void read(const Place& place, Axis& axis) {
  member(place, "label", axis.label);
  member(place, "unit", axis.unit);
}

void read(const Place& place, Chart& chart) {
  member(place, "id", chart.id);
  member(place, "title", chart.title);
  member(place, "meaning", chart.meaning);
  member(place, "kind", chart.kind);
  member(place, "x", chart.x);
  member(place, "y", chart.y);
  member(place, "series", chart.series);
  member(place, "spans", chart.spans);
  member(place, "limit", chart.limit);
  member(place, "reproduce", chart.reproduce);
}

void read(const Place& place, SeededRun& run) {
  member(place, "scenario", run.scenario);
  member(place, "seed", run.seed);
  member(place, "digest", run.digest);
  member(place, "reproduce", run.reproduce);
}

void read(const Place& place, Figure& figure) {
  member(place, "name", figure.name);
  member(place, "value", figure.value);
  member(place, "unit", figure.unit);
}

void read(const Place& place, PastRun& run) {
  member(place, "started", run.started);
  member(place, "verdict", run.verdict);
  member(place, "tool_version", run.tool_version);
  member(place, "digest", run.digest);
  member(place, "figures", run.figures);
}

void read(const Place& place, Moment& moment) {
  milliseconds(place, "at_ms", moment.at_ms);
  member(place, "who", moment.who);
  member(place, "what", moment.what);
}

void read(const Place& place, Timeline& timeline) {
  member(place, "title", timeline.title);
  member(place, "reproduce", timeline.reproduce);
  member(place, "moments", timeline.moments);
}

}  // namespace cutover::reports::reading
