// Plan: which faults and happenings a campaign plays, instead of those that each seed would draw.
// As TOML, for people:
//
//   [rates]                       # of 10,000 calls that the fault can happen to
//   lost_after = 150
//
//   [[bursts]]                    # more of one fault, for a while or only somewhere
//   fault = "overloaded"
//   per10000 = 2000
//   from = 10000                  # milliseconds of virtual time
//   until = 20000
//   site = "d1.batch"             # and role = "migrator"
//
//   [[faults]]                    # exactly this call, as in a case file
//   role = "migrator"
//   site = "d1.batch"
//   key = "UPDATE MigrationLease"
//   occurrence = 2
//   fault = "killed_after"
//
//   [[happenings]]                # as in a case file
//   at = 12500
//   what = "outage"
//   target = "d1"
//   amount = 30
//
// All parts may be left out; what a plan does not name does not happen. Everything ends with the
// storm, but for happenings. Faults and happenings are in docs/FAULTS.md.
#pragma once

#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>
#include <tl/expected.hpp>

#include "chaos/storm_case.h"

namespace cutover::chaos {

// The plan that one seed draws: the case of this seed, with the storm's rates in `plan`.
[[nodiscard]] StormCase drawn_plan(const StormCase& base, std::uint64_t seed);

// Its plan and its happenings.
[[nodiscard]] std::string plan_to_toml(const StormCase& planned);

// `base` with the plan and the happenings of this text, of at most 1 MiB. The error names line and
// field: "line 3: rates.lost_aftr: there is no fault 'lost_aftr'; …". Empty text disturbs nothing.
[[nodiscard]] tl::expected<StormCase, std::string> plan_from_toml(std::string_view toml,
                                                                  StormCase base);

// What a campaign's documents say of its base: a case file, and "plan" where there is one.
[[nodiscard]] nlohmann::ordered_json base_to_json(const StormCase& base);
[[nodiscard]] tl::expected<StormCase, std::string> base_from_json(const nlohmann::json& json);

}  // namespace cutover::chaos
