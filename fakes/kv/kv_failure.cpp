#include "fakes/kv/kv_failure.h"

#include <string>

#include "adapters/sqlite/kv_rules.h"

namespace cutover::fakes {
namespace {

// How the service names its methods; its list is a GET.
std::string method_of(std::string_view operation) {
  if (operation == "put") return "PUT";
  if (operation == "remove") return "DELETE";
  if (operation == "get_many") return "GET_BULK";
  return "GET";
}

std::string seconds_text(Duration duration) {
  return std::to_string(std::chrono::duration_cast<std::chrono::seconds>(duration).count());
}

}  // namespace

Failure cursor_refused() {
  return sqlite::refuse("list", FailureKind::malformed, "KV GET failed: 400 Invalid cursor.");
}

Failure answer_too_large() {
  return sqlite::refuse("get_many", FailureKind::limit_exceeded,
                        "KV GET_BULK failed: 413 Total size of request exceeds the limit of 25MB");
}

Failure written_too_often(std::string_view operation, Duration spacing) {
  Failure failure = sqlite::refuse(operation, FailureKind::throttled,
                                   "KV " + method_of(operation) + " failed: 429 Too Many Requests");
  failure.retryable = true;
  failure.retry_after = spacing;
  return failure;
}

Failure used_up_today(std::string_view operation, Duration wait) {
  const std::string_view method = operation == "remove"     ? "delete"
                                  : operation == "get_many" ? "get"
                                                            : operation;
  // Waiting helps only until midnight, which no caller does: so it is not retryable.
  Failure failure = sqlite::refuse(operation, FailureKind::throttled,
                                   "KV " + std::string(method) + "() limit exceeded for the day.");
  failure.retry_after = wait;
  return failure;
}

Failure browned_out(std::string_view operation) {
  Failure failure =
      sqlite::refuse(operation, FailureKind::unavailable,
                     "KV " + method_of(operation) + " failed: 503 Service Unavailable");
  failure.retryable = true;
  return failure;
}

Failure cache_ttl_refused(std::string_view operation, Duration asked, Duration min) {
  return sqlite::refuse(operation, FailureKind::limit_exceeded,
                        "KV " + method_of(operation) + " failed: 400 Invalid cache_ttl of " +
                            seconds_text(asked) + ". Cache TTL must be at least " +
                            seconds_text(min) + ".");
}

}  // namespace cutover::fakes
