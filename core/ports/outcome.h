// What every call that leaves the core returns: a value, or a Failure that says how much is known.
//
// A Failure is an operating error: the service refused, broke or went silent. It is never used for
// programmer errors, which assert (ports/check.h). No exception crosses a port (DESIGN section 3).
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <utility>

namespace cutover {

using Duration = std::chrono::microseconds;

enum class Service : std::uint8_t { kv, d1, provider };

enum class FailureKind : std::uint8_t {
  throttled,        // asked too often: KV's one write a second per key, a quota
  overloaded,       // the service's queue is full or too slow: come back later, with less
  unavailable,      // it answered that it cannot serve now
  timeout,          // it did not answer in time
  connection_lost,  // the answer, or the request, was lost on the way
  limit_exceeded,   // a documented limit of size, count or budget: the same call fails again
  constraint,       // D1 refused the data: NOT NULL, CHECK, UNIQUE, FOREIGN KEY
  malformed,        // the request or the answer makes no sense: bad SQL, bad cursor, bad JSON
  unauthorized,     // credentials are missing or wrong
};

// What the failed call may have done. A lost reply tells nothing, so it is `unknown`: only
// idempotent work may be repeated then.
enum class Effect : std::uint8_t { not_applied, unknown };

struct Failure {
  Service service = Service::kv;
  std::string_view operation;  // static text: "get", "list", "batch", ...
  FailureKind kind = FailureKind::unavailable;
  bool retryable = false;   // can the same call succeed later, unchanged?
  Duration retry_after{0};  // the service's own wish; zero when it states none
  Effect effect = Effect::unknown;
  std::string message;  // the service's words; for people, never parsed by the core

  friend bool operator==(const Failure&, const Failure&) = default;
};

template <class T>
class [[nodiscard]] Outcome : public tl::expected<T, Failure> {
 public:
  using tl::expected<T, Failure>::expected;
  // NOLINTNEXTLINE(google-explicit-constructor): `return failure;` reads as intended.
  Outcome(Failure failure) : tl::expected<T, Failure>(tl::unexpect, std::move(failure)) {}
};

[[nodiscard]] std::string_view name_of(Service service);
[[nodiscard]] std::string_view name_of(FailureKind kind);
[[nodiscard]] std::string_view name_of(Effect effect);

// One line for logs and ledgers: "d1 batch: overloaded (not applied): D1 DB is overloaded. ..."
[[nodiscard]] std::string describe(const Failure& failure);

}  // namespace cutover
