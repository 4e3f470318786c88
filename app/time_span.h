// A time as people type it: "90s", "5m", "2h"; a bare number is seconds.
#pragma once

#include <string>
#include <string_view>

#include <tl/expected.hpp>

#include "core/ports/outcome.h"

namespace cutover::app {

// More than nothing, at most 1,000 hours; whole numbers and decimals ("1.5h"). The error says what
// is expected.
[[nodiscard]] tl::expected<Duration, std::string> time_span_of(std::string_view text);

}  // namespace cutover::app
