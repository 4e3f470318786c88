// What the simulated Workers KV refuses beyond the rules of a request (adapters/sqlite/kv_rules.h):
// what depends on its state. Texts: miniflare-observed section 3, cloudflare-facts A2.
#pragma once

#include <string_view>

#include "core/ports/outcome.h"

namespace cutover::fakes {

// A cursor that is too old, or of another namespace or prefix, or none at all.
[[nodiscard]] Failure cursor_refused();

// The values of one get_many exceed 25 MiB together.
[[nodiscard]] Failure answer_too_large();

// The key was written less than `spacing` ago. `operation` is "put" or "remove".
[[nodiscard]] Failure written_too_often(std::string_view operation, Duration spacing);

}  // namespace cutover::fakes
