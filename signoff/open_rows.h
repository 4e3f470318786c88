// The rows of a report that did not pass: each of them needs a waiver before anybody can approve.
#pragma once

#include <string>
#include <vector>

#include "reports/evidence.h"

namespace cutover::signoff {

struct OpenRow {
  std::string id;
  std::string title;
  reports::Verdict verdict = reports::Verdict::unknown;  // fail or unknown
};

// Requirements and criteria by their ids (one entry for an id, with the worst verdict), steps as
// "step NAME", rows of tables as "TABLE: FIRST CELL". When the report is worse than all its parts
// (an interrupted run), "verdict".
// Empty exactly when the report passed and everything in it did.
[[nodiscard]] std::vector<OpenRow> open_rows(const reports::Report& report);

}  // namespace cutover::signoff
