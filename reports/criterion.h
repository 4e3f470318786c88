// One figure that is held against a limit (requirements R2.11, R5.8 and R6.5).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "reports/verdict.h"

namespace cutover::reports {

// Nothing (not measured), a number in the criterion's unit, or a text.
using Measured = std::variant<std::monostate, double, std::string>;

// Where the measured number must be, seen from the limit.
enum class Direction : std::uint8_t { at_most, below, at_least, above };

struct Criterion {
  std::string id;
  std::string name;
  std::string threshold;  // the limit as people read it: "< 100"
  Measured measured;
  std::string unit;                    // "ms", "%"; empty for a plain count
  Verdict verdict = Verdict::unknown;  // no better than shown_by(criterion)
  std::string note;
  std::optional<double> limit{};             // the same as a number, in `unit`; finite
  Direction direction = Direction::at_most;  // counts only with a limit
  std::string phase{};                       // "staging"; empty when the run has no phases
  std::string reproduce{};                   // a command; empty when the report's own does it
  bool operator==(const Criterion&) const = default;
};

// "at_most", "below", "at_least", "above".
[[nodiscard]] std::string_view name_of(Direction direction);
[[nodiscard]] std::optional<Direction> direction_named(std::string_view name);

// The room between the measured number and its limit, in % of the limit: 0 is on the limit, less
// is beyond it. Nothing unless both are finite numbers, and nothing for a limit of 0.
[[nodiscard]] std::optional<double> margin_percent(const Criterion& criterion);

// What the figures alone allow the criterion to say at best: a number beyond its limit is a fail,
// a limit without a figure is unknown, and what cannot be calculated is left to the verdict.
[[nodiscard]] Verdict shown_by(const Criterion& criterion);

}  // namespace cutover::reports
