// report.md: the acceptance report for people, also fit for a CI system's step summary.
//
// The verdict comes first and what stands against it next; the rest explains. All data is escaped
// (markdown_text.h): a hostile key shows as the text it is.
#pragma once

#include <string>

#include "reports/evidence.h"

namespace cutover::reports {

[[nodiscard]] std::string to_markdown(const Report& report);

}  // namespace cutover::reports
