#include "fakes/kv/kv_failure.h"

#include "adapters/sqlite/kv_rules.h"

namespace cutover::fakes {

Failure cursor_refused() {
  return sqlite::refuse("list", FailureKind::malformed, "KV GET failed: 400 Invalid cursor.");
}

Failure answer_too_large() {
  return sqlite::refuse("get_many", FailureKind::limit_exceeded,
                        "KV GET_BULK failed: 413 Total size of request exceeds the limit of 25MB");
}

Failure written_too_often(std::string_view operation, Duration spacing) {
  const bool puts = operation == "put";
  Failure failure = sqlite::refuse(
      operation, FailureKind::throttled,
      puts ? "KV PUT failed: 429 Too Many Requests" : "KV DELETE failed: 429 Too Many Requests");
  failure.retryable = true;
  failure.retry_after = spacing;
  return failure;
}

}  // namespace cutover::fakes
