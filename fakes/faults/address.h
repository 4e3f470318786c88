// The address of a call, by meaning: who makes it, where, about what, and the how-manieth of its
// kind (DESIGN section 5). It does not move when another call is added or removed elsewhere, so a
// saved case survives refactoring, can be read, and can be written by hand.
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>

#include "fakes/faults/fault_table.h"

namespace cutover::faults {

struct Address {
  std::string role;              // of the process: "migrator"
  std::string site;              // "d1.batch"
  std::string key;               // what the call touches, or a short name of the statement
  std::uint32_t occurrence = 0;  // among the calls of this role, site and key, from 0

  friend auto operator<=>(const Address&, const Address&) = default;
};

// One line: "migrator d1.batch 'UPDATE MigrationLease' #2".
[[nodiscard]] std::string describe(const Address& address);

// One decision: this fault at this call.
struct PlannedFault {
  Address address;
  Fault fault = Fault::unavailable;
  std::uint64_t size = 0;  // as decision_of() takes it

  friend auto operator<=>(const PlannedFault&, const PlannedFault&) = default;
};

// Counts calls by role, site and key. The count of each call is its occurrence.
class Occurrences {
 public:
  // `hash` identifies role, site and key.
  std::uint32_t next(std::uint64_t hash) { return counts_[hash]++; }
  [[nodiscard]] static std::uint64_t hash_of(std::string_view role, std::string_view site,
                                             std::string_view key);

 private:
  std::unordered_map<std::uint64_t, std::uint32_t> counts_;  // looked up only, never walked
};

}  // namespace cutover::faults
