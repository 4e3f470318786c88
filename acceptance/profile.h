// Profile: how much an acceptance run plays beside the rehearsal on the dump: nothing (dump), quick
// for every change, standard for a release, full for the night before going live.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

namespace cutover::acceptance {

struct StormBudget {
  std::string_view scenario;  // of chaos/storm_case.h
  std::uint64_t storms = 0;
};

struct Profile {
  std::string_view name;
  bool drills = false;  // phases, rollbacks and risks, and the plan's load
  std::vector<StormBudget> storms;
  std::uint64_t single_keys = 0;  // every single fault of a migration of so many keys
  std::uint64_t pair_keys = 0;    // pairs of faults; 0: none
  std::uint64_t pair_one_in = 1;  // plays one pair in so many
  bool defects = false;           // plants every defect of the catalogue
  // A requirement that only the test suite shows must be shown too, or the verdict is unknown.
  bool needs_tests = false;
};

// The error names the profiles that there are.
[[nodiscard]] tl::expected<Profile, std::string> profile_named(std::string_view name);

// What a run of this profile does not play that one of `standard` does, in words. Empty for
// standard and full, and for no name at all: such a report is not of a rehearsal, and had no
// choice.
[[nodiscard]] std::string less_than_standard(std::string_view name);

}  // namespace cutover::acceptance
