// Adds one approval or rejection to a sign-off.
#pragma once

#include <string>

#include <tl/expected.hpp>

#include "signoff/judge.h"

namespace cutover::signoff {

// A sign-off of this report that nobody has signed.
[[nodiscard]] SignOff unsigned_of(const Facts& facts);

// The sign-off with `words` signed at its end; key, chain and signature of `words` are filled in.
// An approval of a report that did not pass needs a waiver for each row that did not, given here or
// by an approval that stands; a waiver of a row that passed is an error. Refused as well: a report
// that claims more than it shows (it can be rejected), a sign-off that was changed, a key that may
// not sign for the role where `facts` has approvers, and a person who stands for another role where
// different people are needed. The error says what to do.
[[nodiscard]] tl::expected<SignOff, std::string> sign(const SignOff& before, const Facts& facts,
                                                      Approval words, const SigningKey& key);

}  // namespace cutover::signoff
