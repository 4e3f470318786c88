// Bounds for JSON from outside, before it is parsed: a short text must not become a deep tree.
#pragma once

#include <string_view>

namespace cutover::chaos {

// Do its lists and objects nest deeper than `levels`? Text that is no JSON gets any answer.
[[nodiscard]] bool nests_deeper_than(std::string_view json, int levels);

}  // namespace cutover::chaos
