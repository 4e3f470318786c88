// Touch: which calls have to do with what a violation is about.
//
// Calls name one key at most, so only some can be told for certain (Touch::names). A bulk read goes
// by its first key: the one that begins at the last such key before the violated one is taken to
// cover it. What the same process then writes, until it reads on, may hold it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "chaos/show/account.h"

namespace cutover::chaos {

// The texts that a call's key must hold one of to name it: of an ISBN, the nine digits that its two
// forms share; otherwise the words themselves, when they are long enough to mean anything.
[[nodiscard]] std::vector<std::string> traces_of(std::string_view about);

// Fills each violation's `touching` and `last_fault`, and the calls' `touch`.
void find_touches(Account& account);

}  // namespace cutover::chaos
