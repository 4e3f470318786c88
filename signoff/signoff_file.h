// signoff.json: a SignOff as a file (docs/signoff.schema.json).
//
// There is one way to write it: two files that differ in one byte are never the same sign-off.
// Reading refuses every text that the writer would not have written, blanks and the order of names
// included, so no byte of the file is without meaning.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include <tl/expected.hpp>

#include "signoff/approval.h"

namespace cutover::signoff {

inline constexpr int signoff_schema_version = 1;
inline constexpr std::size_t signoff_bytes_max = 1U << 20;
inline constexpr std::size_t approvals_max = 100;
inline constexpr std::size_t waivers_max = 200;  // of one approval

[[nodiscard]] std::string to_json(const SignOff& signoff);

// The error names the field: "approvals[1].role: is missing". Signatures are not checked here.
[[nodiscard]] tl::expected<SignOff, std::string> signoff_from_json(std::string_view text);

}  // namespace cutover::signoff
