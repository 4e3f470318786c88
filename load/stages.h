// Stages: the course of a load, as k6 has it: each stage goes in a straight line from where the one
// before ended to its own target. The first begins at zero; a stage of no duration is a jump.
//
// A target is a number of virtual users, or of arrivals a second. Times count from the load's
// start.
#pragma once

#include <optional>
#include <vector>

#include "core/ports/outcome.h"

namespace cutover::load {

struct Stage {
  Duration duration{0};
  double target = 0;

  friend bool operator==(const Stage&, const Stage&) = default;
};

class Stages {
 public:
  explicit Stages(const std::vector<Stage>& stages);

  [[nodiscard]] Duration length() const { return length_; }
  [[nodiscard]] double highest() const;
  [[nodiscard]] double target_at(Duration time) const;  // 0 after the end

  // The first moment, not before `from`, at which the target is at least `level`.
  [[nodiscard]] std::optional<Duration> first_at_least(Duration from, double level) const;

  // When so many arrivals (a whole number, or not) are due, taking targets as arrivals a second.
  [[nodiscard]] std::optional<Duration> moment_of(double arrivals) const;

 private:
  struct Piece {
    Duration begin{0};
    Duration end{0};
    double from = 0;
    double to = 0;
    double arrivals_before = 0;

    [[nodiscard]] double seconds() const;
    [[nodiscard]] double at(Duration time) const;
  };
  std::vector<Piece> pieces_;  // those of some duration
  Duration length_{0};
};

}  // namespace cutover::load
