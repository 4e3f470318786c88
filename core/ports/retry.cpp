#include "core/ports/retry.h"

#include "core/ports/check.h"

namespace cutover {

Duration retry_wait(const RetryPolicy& policy, const Failure& failure, int attempt,
                    std::uint64_t random_number) {
  CUTOVER_CHECK(attempt >= 2, "the first attempt does not wait");
  Duration cap = policy.wait_first;
  for (int i = 2; i < attempt && cap < policy.wait_max; ++i) cap *= 2;
  cap = std::min(cap, policy.wait_max);
  const auto half = static_cast<std::uint64_t>(cap.count()) / 2;
  const Duration wait{static_cast<std::int64_t>(half + random_number % (half + 1))};
  return std::max(wait, failure.retry_after);
}

bool may_retry(const Failure& failure, Repeat repeat) {
  if (!failure.retryable) return false;
  return repeat == Repeat::idempotent || failure.effect == Effect::not_applied;
}

}  // namespace cutover
