// report.html: the acceptance report for people, in one file (requirement R6.7).
//
// The verdict, the thresholds and the checklist come first; then what happened to each key, charts,
// tables, the worst run, the requirements, what a green run means and what it does not. The page
// has no script and asks for nothing: its policy forbids both. It reads in light and dark, on a
// phone, aloud and on paper.
#pragma once

#include <cstddef>
#include <string>

#include "reports/evidence.h"

namespace cutover::reports {

inline constexpr std::size_t html_bytes_max = 3'000'000;

// Total, whatever the texts say. Long lists are cut, say so, and are cut further until the page has
// at most html_bytes_max bytes: report.json holds everything.
[[nodiscard]] std::string to_html(const Report& report);

}  // namespace cutover::reports
