// Pace: how often things happen at the isolates of a live system: without a pause in a storm, and
// as it is on ordinary days in the weeks after it, where a case has weeks (trafficHours).
//
// On ordinary days users come in visits, few at night and most in the evening (UTC); the operator
// does something a few times a day; housekeeping and the platform look less often, because nobody
// could tell the difference and a month has 2.6 million seconds; and no isolate lives longer than
// two days. Without weeks nothing of this counts: the storm's pace to the end.
//
// Pure: it is given the time and, where there is a choice, a random number.
#pragma once

#include <cstdint>

#include "core/ports/outcome.h"
#include "core/ports/runtime.h"

namespace cutover::chaos {

struct StormCase;

class Pace {
 public:
  explicit Pace(const StormCase& played);

  // Has the storm given way to ordinary days? `now` is of the world's time, here and below.
  [[nodiscard]] bool ordinary(Duration now) const { return has_weeks_ && now >= healthy_; }

  // Until the next request; on ordinary days, the next visit: 0 to twice the mean of the hour.
  [[nodiscard]] Duration until_users_come(Duration now, UnixTime wall, std::uint64_t random) const;
  // Of a visit: 1 to 4.
  [[nodiscard]] static std::uint64_t requests_of_visit(std::uint64_t random) {
    return 1 + random % 4;
  }
  [[nodiscard]] Duration until_operator_acts(Duration now, std::uint64_t random) const;
  [[nodiscard]] Duration until_housekeeping(Duration now) const;
  [[nodiscard]] Duration until_platform_looks(Duration now) const;

  // When the platform replaces an isolate that was started now: hours after it, and never before
  // the ordinary days. Without weeks: never.
  [[nodiscard]] Duration end_of_life(Duration now, std::uint64_t random) const;
  [[nodiscard]] bool has_weeks() const { return has_weeks_; }

 private:
  Duration healthy_;
  bool has_weeks_;
};

}  // namespace cutover::chaos
