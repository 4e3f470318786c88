// DailyUse: what a namespace's owner used up today, for a plan with daily limits.
//
// A day is one of UTC. Of each kind of operation a number is granted; when it is used up, further
// calls of that kind fail until midnight while the others go on. Source: cloudflare-facts A2.
// A bulk read counts each of its keys. One world, one thread; never switches.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "core/ports/runtime.h"

namespace cutover::fakes {

// The free plan's, per day.
struct KvDailyLimits {
  std::int64_t reads = 100'000;
  std::int64_t writes = 1'000;
  std::int64_t removes = 1'000;
  std::int64_t lists = 1'000;
};

class DailyUse {
 public:
  enum class Kind : std::uint8_t { read, write, remove, list };

  explicit DailyUse(const std::optional<KvDailyLimits>& limits) : limits_(limits) {}

  // Takes so many of a kind, all or none. False: the day has not that many left.
  [[nodiscard]] bool take(Kind kind, std::int64_t count, UnixTime now);

  // Until the day ends.
  [[nodiscard]] static Duration rest_of_day(UnixTime now);

 private:
  [[nodiscard]] std::int64_t limit_of(Kind kind) const;

  std::optional<KvDailyLimits> limits_;  // none: nothing is limited
  std::int64_t day_ = 0;
  std::array<std::int64_t, 4> used_{};
};

}  // namespace cutover::fakes
