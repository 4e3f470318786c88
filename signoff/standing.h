// What stands: the last word of each role, and the waivers that it rests on.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

#include "signoff/approval.h"

namespace cutover::signoff {

// The place of the role's last approval or rejection: it replaces what the role said before.
[[nodiscard]] std::optional<std::size_t> last_word(const SignOff& signoff, std::string_view role);

// Is it its role's last word, and an approval?
[[nodiscard]] bool stands(const SignOff& signoff, std::size_t place);

// The waiver of this row that the approval at `place` rests on: of those that stand there or before
// it, the one that is good for longest. One that came later does not count: whoever approved before
// it had not seen it. Null: there is none.
[[nodiscard]] const Waiver* waiver_for(const SignOff& signoff, std::size_t place,
                                       std::string_view row);

}  // namespace cutover::signoff
