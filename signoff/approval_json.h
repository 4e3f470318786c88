// The JSON objects that are both signed and stored. For source files: it brings the JSON library.
#pragma once

#include <nlohmann/json.hpp>

#include "signoff/approval.h"

namespace cutover::signoff {

// Everything of the approval but its signature, in the order in which it is signed.
[[nodiscard]] nlohmann::ordered_json json_of(const Approval& approval);

// The report that the sign-off is about: digest and verdict.
[[nodiscard]] nlohmann::ordered_json head_of(const SignOff& signoff);

}  // namespace cutover::signoff
