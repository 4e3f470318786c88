// CaseFile: one failing (or interesting) run as a file that people read, edit and write by hand.
//
//   { "cutoverCase": 1, "scenario": "migration", "seed": 17,
//     "world": { "keys": 20, "only": [3, 17], "writers": 0, "stormSeconds": 120 },
//     "happenings": [ { "at": 12500, "what": "outage", "target": "d1", "amount": 30 } ],
//     "schedule": [ { "first": "reader-2/main", "turn": 5, "ahead": "migrator/main" } ],
//     "faults": [ { "role": "migrator", "site": "d1.batch", "key": "UPDATE MigrationLease",
//                   "occurrence": 2, "fault": "lost_after", "size": 17 } ],
//     "signature": "convergence", "digest": "…" }
//
// Only the first three and the faults' own first three fields must be there; numbers of `world`
// that are left out are the scenario's. No "schedule": tasks take turns by chance, from the seed; a
// list: in line, but for what is listed. Calls are addressed by meaning (fakes/faults/address.h),
// so that a file survives refactoring; the digest does not, and only says whether a replay was
// exact.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "chaos/storm_run.h"
#include "fakes/faults/address.h"

namespace cutover::chaos {

struct CaseFile {
  StormCase played;
  std::vector<faults::PlannedFault> faults;
  std::string signature;  // "" when the run is expected to hold
  std::string digest;     // "" when unknown

  friend bool operator==(const CaseFile&, const CaseFile&) = default;
};

[[nodiscard]] std::string to_json(const CaseFile& file);

// The error names what is wrong and where: "faults[2].site: is missing".
[[nodiscard]] tl::expected<CaseFile, std::string> case_from_json(std::string_view json);

}  // namespace cutover::chaos
