// The sign-off of one report, as values (requirements R6.6 and R6.8).
//
// The report is not changed by signing: a sign-off names it by the SHA-256 of its exact bytes. Each
// approval is signed over that digest, over its own words, and over the approval before it. So a
// changed report voids them all, and one that was altered, left out or moved breaks the chain.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "reports/evidence.h"
#include "signoff/key.h"
#include "signoff/utc.h"

namespace cutover::signoff {

enum class Decision : std::uint8_t { approve, reject };

[[nodiscard]] constexpr std::string_view name_of(Decision decision) {
  return decision == Decision::approve ? "approve" : "reject";
}

// One row of the report that did not pass, and that somebody answers for until a given time.
struct Waiver {
  std::string row;  // the id of a criterion or requirement, as open_rows.h names it
  std::string reason;
  UnixSeconds until = 0;  // the last second that it is good
  bool operator==(const Waiver&) const = default;
};

struct Approval {
  std::string role;  // of roles.h
  std::string person;
  UnixSeconds at = 0;
  Decision decision = Decision::reject;
  std::string comment;
  std::vector<Waiver> waivers;
  std::string previous;  // digest_of() the approval before it; empty for the first
  PublicKey public_key{};
  Signature signature{};
  bool operator==(const Approval&) const = default;
};

struct SignOff {
  std::string report_sha256;                             // 64 lower-case hex digits
  reports::Verdict verdict = reports::Verdict::unknown;  // of the report
  std::vector<Approval> approvals;                       // in the order in which they were given
  bool operator==(const SignOff&) const = default;
};

// What the approval's signature is over: the line "cutover approval 1", then a JSON object on one
// line with the report's digest and verdict and everything of the approval but its signature.
[[nodiscard]] std::string signed_bytes(const SignOff& of, const Approval& approval);

// SHA-256 of the signed bytes and the signature.
[[nodiscard]] std::string digest_of(const SignOff& of, const Approval& approval);

}  // namespace cutover::signoff
