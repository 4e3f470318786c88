// A drill: trouble that is made on purpose, and what came of it.
//
// Each is played three times. As provoked, it must be detected, the mitigation must hold, the
// contingency must work, and in the end everything must be as if nothing had happened. As control,
// without the provocation, nothing may be detected. Unmitigated, with the mitigation switched off,
// it must fail: else the mitigation showed nothing.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/ports/outcome.h"

namespace cutover::scenarios {

// How long after a drill's start the entries end that are seldom asked for.
constexpr Duration rare_for = std::chrono::minutes(4);

enum class Play : std::uint8_t { provoked, control, unmitigated };
[[nodiscard]] std::string_view name_of(Play play);

// What one play of a drill showed.
struct Seen {
  bool detected = false;
  std::optional<Duration> detected_after;  // of the provocation; nothing: no clock is involved
  bool mitigated = false;                  // people noticed no more than the mitigation allows
  bool contingency_worked = false;
  bool recovered = false;  // the end is that of an undisturbed run
  std::string what;        // a sentence with the figures

  [[nodiscard]] bool all_well() const {
    return detected && mitigated && contingency_worked && recovered;
  }
};

struct Drill {
  std::string id;           // "d1_unavailable"
  std::string risk;         // in the plan's words
  std::string provocation;  // how it is provoked
  std::string mitigation;   // what must hold
  std::string contingency;  // what must work
  Seen (*play)(Play play, std::uint64_t seed) = nullptr;
};

struct DrillRow {
  Drill drill;
  Seen provoked;
  Seen control;
  Seen unmitigated;
  [[nodiscard]] bool passed() const {
    return provoked.all_well() && !control.detected && control.recovered && !unmitigated.all_well();
  }
};

[[nodiscard]] DrillRow run_drill(const Drill& drill, std::uint64_t seed);

// The nine risks of the plan, in its order (R7.1).
[[nodiscard]] const std::vector<Drill>& risk_drills();

// ---- The drills ----
Seen drill_data_loss(Play play, std::uint64_t seed);
Seen drill_slow_reads(Play play, std::uint64_t seed);
Seen drill_d1_unavailable(Play play, std::uint64_t seed);
Seen drill_migration_timeout(Play play, std::uint64_t seed);
Seen drill_schema_flaw(Play play, std::uint64_t seed);
Seen drill_incomplete_migration(Play play, std::uint64_t seed);
Seen drill_stale_cache(Play play, std::uint64_t seed);
Seen drill_slow_query(Play play, std::uint64_t seed);
Seen drill_contract_change(Play play, std::uint64_t seed);

}  // namespace cutover::scenarios
