// Random operations on KV for RapidCheck: few simple keys, so that operations meet, and all that
// is odd or refused now and then.
#pragma once

#include <rapidcheck.h>

#include "tests/conformance/json_values.h"

namespace cutover::conformance {

[[nodiscard]] rc::Gen<Json> any_kv_operation();

}  // namespace cutover::conformance
