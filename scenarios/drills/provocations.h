// One provocation for each acceptance threshold and each check after going live, chosen so that it
// turns exactly its own row red: a row that could not be made to fail would say nothing, and two
// rows that only fail together would be one.
//
// Three checks after going live (error rate, latency, hit rate) are the figures of three
// thresholds, so one provocation turns both red, and they stand here once. The rollback criteria
// and alerts are provoked in criteria.h, to the request.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace cutover::scenarios {

struct ProvocationRow {
  std::string row;          // the id of the threshold or check: "d1_p95"
  std::string provocation;  // how it is made to fail
  std::vector<std::string> red;
  [[nodiscard]] bool exact() const { return red == std::vector<std::string>{row}; }
};

// The first row has no provocation, and nothing may be red: its `row` is empty.
[[nodiscard]] std::vector<ProvocationRow> run_provocations(std::uint64_t seed);

}  // namespace cutover::scenarios
