#include "fakes/cloudflare/rate_limit.h"

#include <algorithm>

namespace cutover::simulate {

bool RateLimit::take(Duration now) {
  if (requests_max_ == 0) return true;
  if (now >= ends_) {
    used_ = 0;
    ends_ = now + window;
  }
  if (used_ < requests_max_) {
    ++used_;
    return true;
  }
  // The first one too many begins the five minutes of the block; the others wait for its end.
  if (used_ == requests_max_) {
    ++used_;
    ends_ = now + window;
  }
  return false;
}

std::int64_t RateLimit::remaining() const {
  return std::max<std::int64_t>(requests_max_ - used_, 0);
}

std::int64_t RateLimit::seconds_left(Duration now) const {
  return std::chrono::ceil<std::chrono::seconds>(std::max(ends_ - now, Duration{0})).count();
}

}  // namespace cutover::simulate
