// run_virtual: a profile's load on the simulated system, in virtual time (R4.3, R4.6, R5.8, R6.5).
//
// A pure function of its options: same options, same result, on any machine. One thread; loads may
// run on several at once.
#pragma once

#include <functional>
#include <string>

#include <tl/expected.hpp>

#include "load/catalogue.h"
#include "load/profile.h"
#include "load/result.h"

namespace cutover::load {

struct VirtualOptions {
  Profile profile;
  rollout::Phase phase = rollout::Phase::d1;  // at the start; the profile may have it move on
  std::uint64_t seed = 1;
  std::int64_t points_max = 120;  // of the series; at least 1
  // Asked before each request: true ends the load there, with what was measured so far.
  std::function<bool()> interrupted;
  std::function<void(Duration done, Duration length)> progress;  // after each slice; may be empty
};

// More would take minutes, and would tell the same.
inline constexpr double virtual_requests_max = 5'000'000;

// The catalogue has at least one book. The error says what the simulation cannot do.
[[nodiscard]] tl::expected<Result, std::string> run_virtual(const Catalogue& catalogue,
                                                            const VirtualOptions& options);

// The length of each piece of a series with at most so many points: whole seconds.
[[nodiscard]] Duration slice_of(const Profile& profile, std::int64_t points_max);

}  // namespace cutover::load
