// A table of any content: drills, the defect matrix, forecasts, latencies.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "reports/verdict.h"

namespace cutover::reports {

// A row with a verdict is evidence: it counts in conclude(). A row without one informs.
struct TableRow {
  std::vector<std::string> cells;  // one for each column
  std::optional<Verdict> verdict{};
  bool operator==(const TableRow&) const = default;
};

struct Table {
  std::string id;  // "drills"; unique in a report
  std::string title;
  std::string meaning;  // one sentence: what the table says, and how it was found
  std::vector<std::string> columns;
  std::vector<TableRow> rows;
  std::string reproduce{};  // a command; empty when the report's own does it
  bool operator==(const Table&) const = default;
};

}  // namespace cutover::reports
