#include "core/ports/retry.h"

#include "core/ports/check.h"

namespace cutover {

Duration retry_wait(const RetryPolicy& policy, const Failure& failure, int attempt,
                    RandomStream& jitter) {
  CUTOVER_CHECK(attempt >= 2, "the first attempt does not wait");
  Duration cap = policy.wait_first;
  for (int i = 2; i < attempt && cap < policy.wait_max; ++i) cap *= 2;
  cap = std::min(cap, policy.wait_max);
  const Duration wait{jitter.between(cap.count() / 2, cap.count())};
  return std::max(wait, failure.retry_after);
}

bool may_retry(const Failure& failure, Repeat repeat) {
  if (!failure.retryable) return false;
  return repeat == Repeat::idempotent || failure.effect == Effect::not_applied;
}

}  // namespace cutover
