// A progress sink for tests: shows nothing, and can interrupt after so many steps.
#pragma once

#include <limits>

#include "scenarios/verify.h"

namespace cutover::scenarios {

class QuietProgress final : public ProgressSink {
 public:
  explicit QuietProgress(int steps_max = std::numeric_limits<int>::max()) : steps_max_(steps_max) {}

  void step_began(std::string_view) override {}
  void went_on(std::int64_t, std::int64_t) override {}
  void step_ended(const reports::Step&) override { ++steps_; }
  [[nodiscard]] bool interrupted() const override { return steps_ >= steps_max_; }

 private:
  int steps_max_;
  int steps_ = 0;
};

}  // namespace cutover::scenarios
