#include "reports/findings.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "reports/figures.h"

namespace cutover::reports {

std::string how_many(const FindingGroup& group) {
  const bool of_library =
      group.reason.starts_with(library_reason) || group.reason == "unusable_library_row";
  return counted(group.count, of_library ? "row" : "key");
}

void add_finding(std::vector<FindingGroup>& groups, Finding finding, std::string_view meaning) {
  auto group = std::find_if(groups.begin(), groups.end(), [&](const FindingGroup& candidate) {
    return candidate.reason == finding.reason;
  });
  if (group == groups.end()) {
    groups.push_back({finding.reason, 0, std::string(meaning), {}});
    group = std::prev(groups.end());
  }
  group->count += 1;
  if (group->examples.size() < findings_examples_max) {
    group->examples.push_back(std::move(finding));
  }
}

}  // namespace cutover::reports
