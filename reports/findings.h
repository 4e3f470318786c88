// Keys that something is to be said about: by reason those that are no row, by mark books that were
// altered or are incomplete.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace cutover::reports {

struct Finding {
  std::string key;
  std::string reason;
  std::string detail;
  bool operator==(const Finding&) const = default;
};

// Keys that share one reason (rejections) or one mark (alterations).
struct FindingGroup {
  std::string reason;
  std::uint64_t count = 0;
  std::string meaning;            // what the reason means, for people
  std::vector<Finding> examples;  // the first findings_examples_max of them
  bool operator==(const FindingGroup&) const = default;
};

inline constexpr std::size_t findings_examples_max = 10;

// Reasons that are about the rows of a user library, which have no key of KV, begin so.
inline constexpr std::string_view library_reason = "library: ";

// "2 keys"; of a user library "334 rows".
[[nodiscard]] std::string how_many(const FindingGroup& group);

// Counts a finding under its reason; opens the group with `meaning` when it is the first. Only the
// first findings_examples_max are kept, so a dump of bad keys cannot make the report huge.
void add_finding(std::vector<FindingGroup>& groups, Finding finding, std::string_view meaning);

}  // namespace cutover::reports
