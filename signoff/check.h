// Check: one thing that was looked at, and what was found. Commands print one a line.
#pragma once

#include <string>
#include <vector>

#include "reports/evidence.h"

namespace cutover::signoff {

struct Check {
  reports::Verdict verdict = reports::Verdict::unknown;
  std::string what;  // "approval 2", "rollback", "run 17"
  std::string text;  // one sentence; what others wrote is made visible in it
};

using Checks = std::vector<Check>;

// Any fail is a fail, else any unknown is unknown. Of nothing: unknown.
[[nodiscard]] inline reports::Verdict verdict_of(const Checks& checks) {
  std::vector<reports::Verdict> verdicts;
  for (const Check& check : checks) verdicts.push_back(check.verdict);
  return reports::combine(verdicts);
}

}  // namespace cutover::signoff
