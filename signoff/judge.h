// judge: may the system go live on this sign-off? (requirements R6.6 and R6.8)
//
// Pass: the report is the one that was signed, every signature fits, every key belongs to whom the
// trust file says, all five roles approved, and each row that did not pass has a waiver that is
// still good. Fail: something was changed, was signed by somebody who may not, was rejected, or has
// expired. Unknown: approvals are open, or nobody says whose keys these are.
#pragma once

#include <string>

#include "signoff/approval.h"
#include "signoff/approvers.h"
#include "signoff/check.h"

namespace cutover::signoff {

struct Facts {
  std::string report_sha256;  // of the bytes that are there now
  const reports::Report& report;
  const Approvers* approvers = nullptr;  // null: no trust file
  UnixSeconds now = 0;
};

// Clocks of different machines may be apart by so much.
inline constexpr UnixSeconds clock_skew_max = 300;
// A waiver is not for ever; whoever still wants it then signs again.
inline constexpr UnixSeconds waiver_seconds_max = 366 * 86'400;

[[nodiscard]] Checks judge(const SignOff& signoff, const Facts& facts);

// Its parts. Digest, verdict, and for each approval: signature, chain and time.
[[nodiscard]] Checks check_integrity(const SignOff& signoff, const Facts& facts);
// Of each approval: may this key, of this person, sign for this role? Without a trust file one
// check, which is unknown.
[[nodiscard]] Checks check_trust(const SignOff& signoff, const Facts& facts);
// Of each role: who approved, who rejected, what is open, and the waivers that it rests on.
[[nodiscard]] Checks check_roles(const SignOff& signoff, const Facts& facts);
// Are those who approved as many different people as are needed?
[[nodiscard]] Check check_people(const SignOff& signoff, const Facts& facts);
// Of each row that did not pass: until when, and by whom it is waived.
[[nodiscard]] Checks check_waivers(const SignOff& signoff, const Facts& facts);
// Does the report claim no more than it shows? Nobody can waive that.
[[nodiscard]] Check check_report(const reports::Report& report);

}  // namespace cutover::signoff
