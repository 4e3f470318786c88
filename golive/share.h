// A share of requests held against its limit: is it below, and are there enough of them to say so?
#pragma once

#include "reports/verdict.h"

namespace cutover::golive {

struct Share {
  double bad = 0;
  double all = 0;
  double limit = 0;   // the share must be below it: 0.001
  double enough = 0;  // with so many in all, a share can be told
  [[nodiscard]] double share() const { return all > 0 ? bad / all : 0; }
};

// With fewer than `enough` it is unknown, unless there are so many bad ones already that it would
// be a fail even if nothing bad came until there are enough.
[[nodiscard]] reports::Verdict judge(const Share& share);

}  // namespace cutover::golive
