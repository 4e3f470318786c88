// Values as they come through D1's binding, which speaks JSON: what a JavaScript number or text
// cannot hold is changed on the way. Source: miniflare-observed section 4, "Binding values".
#pragma once

#include <vector>

#include "core/ports/database.h"

namespace cutover::fakes {

// NaN and the infinities arrive as NULL. That every number is bound as REAL is the connection's.
[[nodiscard]] bool needs_change(const std::vector<SqlValue>& params);
[[nodiscard]] std::vector<SqlValue> as_bound(std::vector<SqlValue> params);

// Integers beyond 2^53 are rounded to a double's precision, infinities become NULL, bytes in texts
// that are not UTF-8 become U+FFFD.
void as_answered(ResultSet& result);

}  // namespace cutover::fakes
