// Every requirement by its permanent id, with what shows it. The report prints one row for each; a
// row for which a run found nothing stays unknown.
#pragma once

#include <span>
#include <string_view>

#include "reports/evidence.h"

namespace cutover::reports {

struct ListedRequirement {
  std::string_view id;     // "R2.4"
  std::string_view title;  // in a few words
  // Parts of names of tests that show it, separated by "|", beside tests that carry the id in
  // their names ("R2_4").
  std::string_view tests;
};

// In the order of the ids.
[[nodiscard]] std::span<const ListedRequirement> requirement_list();

// Empty for an id that is not listed.
[[nodiscard]] std::string_view title_of(std::string_view id);

// The report's row of a requirement; opened, without evidence and so unknown, when it is not there.
Requirement& row_of(Report& report, std::string_view id);

// Adds evidence to that row.
void add_evidence(Report& report, std::string_view id, Evidence evidence);

}  // namespace cutover::reports
