// RateLimit: how many API requests one user may make: 1,200 in five minutes over the whole API,
// and whoever exceeds that is refused for the next five minutes (cloudflare-facts A2).
//
// Counted on the world's own clock. One world, one thread at a time.
#pragma once

#include <cstdint>

#include "core/ports/outcome.h"

namespace cutover::simulate {

class RateLimit {
 public:
  static constexpr std::int64_t documented = 1200;
  static constexpr Duration window = std::chrono::seconds(300);

  // 0: unlimited.
  explicit RateLimit(std::int64_t requests_max = documented) : requests_max_(requests_max) {}

  // Counts a request. False: it is refused.
  [[nodiscard]] bool take(Duration now);

  [[nodiscard]] std::int64_t requests_max() const { return requests_max_; }
  [[nodiscard]] std::int64_t remaining() const;
  // Until requests are counted anew, or taken again; whole seconds, rounded up.
  [[nodiscard]] std::int64_t seconds_left(Duration now) const;

 private:
  std::int64_t requests_max_;
  std::int64_t used_ = 0;
  Duration ends_{0};  // of the present window or block
};

}  // namespace cutover::simulate
