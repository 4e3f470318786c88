// What the end of a request means at our ports: which kind of failure, whether the same call can
// succeed later, and whether it may have been applied.
//
// By the service's words first, where they are documented (D1's resets and overload share a status
// with everything else), then by the code, then by the status. Pure. Rules that matter:
//
//   - A write that was sent and not answered, or answered with 5xx, is `unknown`. Any refusal is
//     `not_applied`. Reads have no effect.
//   - Only D1's own errors about a statement (7500) are `malformed`, `constraint` or
//     `limit_exceeded` there: the migrator takes those for poison rows and sets the row aside. A
//     wrong id, a lost permission or an unknown route must end the run instead: `unavailable` or
//     `unauthorized`, not retryable.
//   - 429 is `throttled` with the service's own wish, retryable when that is at most six minutes:
//     the rate limit lasts five. A daily limit lasts until midnight UTC, so it is not retryable.
//
// Source: reference facts A2, A4, B3, B5.
#pragma once

#include <string>
#include <string_view>

#include "adapters/cloudflare/api_client.h"
#include "adapters/cloudflare/envelope.h"
#include "core/ports/outcome.h"

namespace cutover::cloudflare {

// What was asked.
struct Question {
  Service service = Service::kv;
  std::string_view operation;  // the port's, static text
  bool writes = true;
};

// Nothing that could be judged came back.
[[nodiscard]] Failure judge_silence(const Question& question, const Silence& silence,
                                    const ApiClient& api);

// The service refused, with this answer.
[[nodiscard]] Failure judge_refusal(const Question& question, const ApiAnswer& answer,
                                    const Envelope& envelope, const ApiClient& api);

// It answered that all is well, and what came is not what was asked for. `what` is for people.
[[nodiscard]] Failure judge_nonsense(const Question& question, std::string_view what);

// We do not even ask: the service would refuse it.
[[nodiscard]] Failure judge_unasked(const Question& question, FailureKind kind, std::string why);

}  // namespace cutover::cloudflare
