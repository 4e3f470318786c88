// GuardedDatabase and GuardedProvider: the ports with a circuit breaker around each.
//
// A refused call fails at once with `unavailable`, effect not applied, retry_after as the breaker
// says, and a message that names the breaker. Each call is reported to the telemetry ("d1.call",
// "provider.call": ok, kind, micros) and, for D1, to the listener (the rollback guard). Refused
// calls are reported too, as failed with the kind "refused": otherwise an open breaker would hide
// the very trouble that opened it (plan defect F14). A change of the breaker's state is reported as
// "breaker.changed". A service that is throttled and says until when is left alone that long.
// Otherwise they do what the port behind them does; they may be used from any task.
#pragma once

#include <functional>
#include <memory>

#include "core/ports/book_provider.h"
#include "core/ports/database.h"
#include "core/ports/runtime.h"
#include "core/ports/telemetry.h"
#include "core/rollout/circuit_breaker.h"

namespace cutover::rollout {

// A breaker that tasks share. Its calls do not switch while they hold the lock.
class SharedBreaker {
 public:
  SharedBreaker(Runtime& runtime, const BreakerOptions& options);
  [[nodiscard]] std::optional<CircuitBreaker::Permit> admit();
  void finished(CircuitBreaker::Permit permit, Duration took, const Failure* failure);
  // The state, when it is another than at the last call of this function.
  [[nodiscard]] std::optional<BreakerState> take_change();
  [[nodiscard]] BreakerState state() const;
  [[nodiscard]] Duration retry_after() const;
  [[nodiscard]] CircuitBreaker::Counts counts() const;

 private:
  Runtime& runtime_;
  std::unique_ptr<Mutex> mutex_;
  CircuitBreaker breaker_;
  BreakerState announced_ = BreakerState::closed;
};

// Told of every call: did D1 do its part, and how long it took. A refused call: no, in no time.
using D1Listener = std::function<void(bool ok, Duration took)>;

class GuardedDatabase final : public Database {
 public:
  GuardedDatabase(Database& database, Runtime& runtime, Telemetry& telemetry,
                  const BreakerOptions& options, D1Listener listener);
  Outcome<ResultSet> query(const Statement& statement) override;
  Outcome<std::vector<ResultSet>> batch(std::span<const Statement> statements) override;
  [[nodiscard]] const SharedBreaker& breaker() const { return breaker_; }

 private:
  Database& database_;
  Runtime& runtime_;
  Telemetry& telemetry_;
  SharedBreaker breaker_;
  D1Listener listener_;
};

class GuardedProvider final : public BookProvider {
 public:
  GuardedProvider(BookProvider& provider, Runtime& runtime, Telemetry& telemetry,
                  const BreakerOptions& options);
  Outcome<std::optional<std::string>> find(std::string_view isbn13) override;
  [[nodiscard]] const SharedBreaker& breaker() const { return breaker_; }

 private:
  BookProvider& provider_;
  Runtime& runtime_;
  Telemetry& telemetry_;
  SharedBreaker breaker_;
};

}  // namespace cutover::rollout
