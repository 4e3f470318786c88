// Points in time as a sign-off writes them: "2026-11-27T09:30:00Z", and no other way.
//
// What is signed must have one reading, so there are no zones, no fractions and no leap seconds.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <tl/expected.hpp>

namespace cutover::signoff {

using UnixSeconds = std::int64_t;  // of the years 1970 to 9999

// Years outside 1970 to 9999 are written as the nearest end of that span.
[[nodiscard]] std::string utc_text(UnixSeconds time);

// The error says what is expected.
[[nodiscard]] tl::expected<UnixSeconds, std::string> utc_from(std::string_view text);

// The same, or a date alone, "2026-12-31", which is the last second of that day in UTC.
[[nodiscard]] tl::expected<UnixSeconds, std::string> utc_until(std::string_view text);

}  // namespace cutover::signoff
