// What stands against a pass: every part of a report whose verdict is not one.
#pragma once

#include <string>
#include <vector>

#include "reports/evidence.h"

namespace cutover::reports {

// The verdict that the parts allow, where that is worse than the one that is claimed: a wrong claim
// must not look green.
[[nodiscard]] Verdict verdict_seen(const Report& report);
[[nodiscard]] Verdict verdict_seen(const Criterion& criterion);

struct Objection {
  Verdict verdict = Verdict::unknown;  // fail or unknown
  std::string kind;                    // "criterion", "requirement", "step", "table drills"
  std::string id;                      // of its kind; may be empty
  std::string title;
  std::string what;       // the figures, or what happened
  std::string reproduce;  // a command; empty when the report's own does it
  bool operator==(const Objection&) const = default;
};

// The fails first; of one verdict criteria, requirements, rows of tables and steps in their order.
[[nodiscard]] std::vector<Objection> objections(const Report& report);

// The same for people: after a run that stopped early dozens of requirements have no evidence at
// all, so where there are several they are one objection together, which names them.
[[nodiscard]] std::vector<Objection> objections_in_short(const Report& report);

// "criterion R6.5.p95 API p95": the title once when the id says the same.
[[nodiscard]] std::string name_of(const Objection& objection);

}  // namespace cutover::reports
