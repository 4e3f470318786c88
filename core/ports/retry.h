// The one retry policy: it reads the Failure and decides.
//
// A failure is retried when the service's kind of trouble can pass (`retryable`) and, for work that
// is not idempotent, when it is known that nothing was applied. Waits grow exponentially with full
// jitter, and never undercut the service's own wish (retry_after).
#pragma once

#include <algorithm>
#include <string_view>

#include "core/ports/outcome.h"
#include "core/ports/runtime.h"
#include "core/ports/telemetry.h"

namespace cutover {

struct RetryPolicy {
  int attempts_max = 5;  // the first one included
  Duration wait_first = std::chrono::milliseconds(200);
  Duration wait_max = std::chrono::seconds(20);
};

enum class Repeat : bool { idempotent, only_if_not_applied };

// How long to wait before attempt number `attempt` (2, 3, ...): a random number spreads it over
// [cap/2, cap], where the cap doubles with each attempt.
[[nodiscard]] Duration retry_wait(const RetryPolicy& policy, const Failure& failure, int attempt,
                                  std::uint64_t random_number);

// Is another attempt allowed after this failure?
[[nodiscard]] bool may_retry(const Failure& failure, Repeat repeat);

// Calls `call` (returning Outcome<T>) until it succeeds, fails for good, or attempts run out; the
// last outcome is returned. Switches while it waits. Ends early when the wait would outlast the
// invocation's wall-clock budget.
template <class Call>
auto with_retry(Runtime& runtime, Telemetry& telemetry, const RetryPolicy& policy, Repeat repeat,
                Call&& call) -> decltype(call()) {
  for (int attempt = 1;; ++attempt) {
    auto outcome = call();
    if (outcome || attempt >= policy.attempts_max || !may_retry(outcome.error(), repeat)) {
      return outcome;
    }
    const Failure& failure = outcome.error();
    const Duration wait = retry_wait(policy, failure, attempt + 1, runtime.random_number("retry"));
    if (wait >= runtime.budget().wall) return outcome;
    telemetry.emit("retry", {{"service", name_of(failure.service)},
                             {"operation", failure.operation},
                             {"kind", name_of(failure.kind)},
                             {"attempt", std::int64_t{attempt}}});
    runtime.sleep(wait);
  }
}

}  // namespace cutover
