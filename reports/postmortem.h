// A post-mortem in Markdown, begun from a run's evidence (requirement R7.4).
//
// What a machine knows is filled in: what failed, when, the evidence, the timeline, what held, and
// how to repeat it. What only people know is left blank and marked so: nothing is guessed, and no
// action is invented.
#pragma once

#include <string>
#include <string_view>

#include "reports/evidence.h"

namespace cutover::reports {

// What each blank starts with; a document with one left is not finished.
inline constexpr std::string_view postmortem_blank = "**[To fill in]**";

[[nodiscard]] std::string to_postmortem(const Report& report);

}  // namespace cutover::reports
