// The parts of a report, each read from its place in the document.
#pragma once

#include "reports/evidence.h"
#include "reports/json_place.h"

namespace cutover::reports::reading {

void read(const Place& place, Evidence& evidence);
void read(const Place& place, Requirement& requirement);
void read(const Place& place, Criterion& criterion);
void read(const Place& place, Input& input);
void read(const Place& place, ReportFile& file);
void read(const Place& place, Finding& finding);
void read(const Place& place, FindingGroup& group);
void read(const Place& place, Step& step);
void read(const Place& place, Query& query);
void read(const Place& place, ChecklistItem& item);
void read(const Place& place, Approval& approval);
void read(const Place& place, TableRow& row);
void read(const Place& place, Table& table);
void read(const Place& place, Point& point);
void read(const Place& place, Series& series);
void read(const Place& place, Span& span);
void read(const Place& place, Axis& axis);
void read(const Place& place, Chart& chart);
void read(const Place& place, SeededRun& run);
void read(const Place& place, Figure& figure);
void read(const Place& place, PastRun& run);
void read(const Place& place, Moment& moment);
void read(const Place& place, Timeline& timeline);

}  // namespace cutover::reports::reading
