// Pieces that the Markdown documents share: report.md, summary.md, the post-mortem.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "reports/evidence.h"

namespace cutover::reports {

// "PASS", "FAIL", "UNKNOWN".
[[nodiscard]] std::string shout(Verdict verdict);

// One line, not too long, escaped. Long values stay whole in report.json.
[[nodiscard]] std::string short_text(std::string_view text);
[[nodiscard]] std::string short_code(std::string_view text);
// For a sentence outside of tables, where there is room for a list of some length.
[[nodiscard]] std::string long_text(std::string_view text);

// Cells must be escaped; an empty one becomes a dash.
void add_row(std::string& out, const std::vector<std::string>& cells);
void add_header(std::string& out, const std::vector<std::string>& names);

// Sections of report.md that show tables, charts, seeds, earlier runs and the worst run; nothing
// when there are none.
void add_tables(std::string& out, const Report& report);
void add_charts(std::string& out, const Report& report);
void add_timeline(std::string& out, const Report& report);
void add_meaning(std::string& out, const Report& report);
void add_seeds(std::string& out, const Report& report);
void add_history(std::string& out, const Report& report);

}  // namespace cutover::reports
