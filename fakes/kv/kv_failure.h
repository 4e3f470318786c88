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

// A plan's daily number of operations of this kind is used up; `wait` is what is left of the day.
[[nodiscard]] Failure used_up_today(std::string_view operation, Duration wait);

// The store behind the locations cannot serve; only what a location remembers is answered.
[[nodiscard]] Failure browned_out(std::string_view operation);

// A read asks to be remembered for less time than the platform allows.
[[nodiscard]] Failure cache_ttl_refused(std::string_view operation, Duration asked, Duration min);

}  // namespace cutover::fakes
