// Rollbacks at every phase, under traffic (R5.4, R5.5), and the second cutover after each.
//
// By hand: the flag is set to false, or the version before the migration is deployed. By itself: D1
// fails, and the guard must find it. Whatever the way back: nobody is told anything wrong, nothing
// that was confirmed is lost, and after a second cutover both stores are what an undisturbed one
// leaves.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/ports/outcome.h"

namespace cutover::scenarios {

enum class WayBack : std::uint8_t {
  flag_off,          // "immediate rollback"
  previous_version,  // "full rollback"
  by_itself,         // the guard
};
[[nodiscard]] std::string_view name_of(WayBack way);

struct RollbackRow {
  std::string phase;  // "d1_reads 25 %"
  WayBack way = WayBack::flag_off;
  bool phase_reached = false;
  bool went_back = false;                  // as the service or its health tells
  std::optional<Duration> detected_after;  // by_itself: from the first failing call
  std::optional<Duration> last_d1_answer;  // after the way back was taken; nothing: none
  Duration bound{0};                       // of the above: docs/ROLLOUT.md
  std::int64_t requests = 0;
  std::int64_t wrong = 0;
  std::int64_t confirmed = 0;  // entries of shelves that an answer confirmed
  std::int64_t lost = 0;       // of these, not in D1 at the end
  bool second_cutover = false;
  bool converged = false;  // D1 and KV say of every book what an undisturbed run leaves
  std::string trouble;     // what went wrong, for people; empty: nothing

  [[nodiscard]] bool passed() const {
    return phase_reached && went_back && (way != WayBack::by_itself || detected_after) &&
           last_d1_answer.value_or(Duration{0}) <= bound && requests > 0 && wrong == 0 &&
           confirmed > 0 && lost == 0 && second_cutover && converged;
  }
};

[[nodiscard]] std::vector<RollbackRow> run_rollbacks(std::uint64_t seed);

}  // namespace cutover::scenarios
