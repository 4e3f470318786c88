// StormCase: one run as data: who takes part, under which conditions, what befalls the world, and
// in which order tasks run. Case files carry it (case_file.h).
//
// A scenario is a named set of these numbers (scenarios()). draw_case() fills in what a campaign
// leaves to chance: conditions and happenings, from the seed alone.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "chaos/happening.h"
#include "core/ports/outcome.h"
#include "fakes/faults/storm_plan.h"
#include "fakes/sim/schedule.h"

namespace cutover::chaos {

struct StormCase {
  // As d1_queries: ample of all calls, as `cutover migrate` has them; such a migrator reads ahead.
  static constexpr std::uint64_t ample = 1'000'000;

  std::string scenario = "migration";
  std::uint64_t seed = 1;

  // Who takes part.
  std::uint64_t keys = 100;           // of the source, 1 to 100,000
  std::uint64_t locations = 4;        // 1 to 100
  std::uint64_t migrators = 1;        // 0 to 2 at once
  std::uint64_t writers = 2;          // live writers, 0 to 100
  std::uint64_t readers = 4;          // 0 to 100
  std::uint64_t operations = 15;      // of each of them, 0 to 10,000
  std::uint64_t isolates = 0;         // with the whole live system, 0 to 100
  std::uint64_t storm_seconds = 120;  // then the calm begins
  std::uint64_t traffic_hours = 0;    // of the isolates; 0: the storm and a minute and a half
  std::vector<std::uint64_t> only;    // the source's records that are there; empty: all

  // Conditions: nothing is wrong, but services differ.
  std::uint64_t kv_cache_seconds = 60;    // 0 to 60
  std::uint64_t list_lag_seconds = 0;     // 0 to 60
  std::uint64_t cursor_life_seconds = 0;  // 0: a cursor stays good
  std::uint64_t clock_skew_ms = 0;        // isolates' clocks are up to so much off, either way
  std::uint64_t d1_queries = 70;          // of a migrator's invocation, 50 to ample
  std::uint64_t odd_per_mille = 150;      // records that are odd in one of the known ways
  std::uint64_t rare_per_mille = 500;     // ... of these, in ways that real dumps seldom are
  std::uint64_t expiring_per_mille = 0;   // records that end during the storm

  std::vector<Happening> happenings;  // in the order of their time

  // The faults of calls that a campaign plays instead of drawing them from each seed. Its storms'
  // case files list what came of it, and hold no plan.
  std::optional<faults::StormPlan> plan;

  // The order of tasks. Not seeded: first come, first served, but for the deviations.
  bool seeded_schedule = true;
  std::vector<sim::Deviation> deviations;

  friend bool operator==(const StormCase&, const StormCase&) = default;
};

// The numbers of a case by name, with their bounds: for case files and flags.
struct CaseNumber {
  const char* name;  // "stormSeconds"
  std::uint64_t StormCase::*member;
  std::uint64_t low;
  std::uint64_t high;
  const char* meaning;
};
[[nodiscard]] std::span<const CaseNumber> case_numbers();

// A scenario that is the migration, and always fails: it shows that failures get reported.
inline constexpr std::string_view canary_scenario = "canary";

struct Scenario {
  std::string_view name;
  std::string_view meaning;  // one line, for people
  void (*prepare)(StormCase& played);
  std::vector<Happen> may_happen;
  std::uint64_t happenings_max = 0;  // drawn for one run, 0 to so many
};
[[nodiscard]] const std::vector<Scenario>& scenarios();
[[nodiscard]] const Scenario* scenario_named(std::string_view name);  // null: there is none
[[nodiscard]] std::vector<std::string> scenario_names();

// The scenario's numbers; seed 1.
[[nodiscard]] StormCase case_of(const Scenario& scenario);

// Of the world's time: a minute after the storm and the last happening are over. From then on the
// live system must answer everybody.
[[nodiscard]] Duration healthy_from(const StormCase& played);

// The case of one seed of a campaign: `base` with this seed, and conditions and happenings drawn
// from it. What `base` lists of happenings stays as it is; beside a plan none are drawn.
[[nodiscard]] StormCase draw_case(const StormCase& base, std::uint64_t seed);

}  // namespace cutover::chaos
