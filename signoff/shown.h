// The sign-off as the report's page shows it (R6.6): the report itself is never changed by signing.
#pragma once

#include <vector>

#include "reports/evidence.h"
#include "signoff/judge.h"

namespace cutover::signoff {

// A row for the sign-off as a whole, then one for each of the five roles with its last word: who,
// when, and in the note what that is worth at `facts.now`. For reports::to_html.
[[nodiscard]] std::vector<reports::Approval> shown_approvals(const SignOff& signoff,
                                                             const Facts& facts);

}  // namespace cutover::signoff
