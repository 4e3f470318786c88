#include "core/rollout/guarded_ports.h"

#include <mutex>
#include <string>
#include <utility>

namespace cutover::rollout {
namespace {

Failure refused(Service service, std::string_view operation, Duration retry_after) {
  Failure failure;
  failure.service = service;
  failure.operation = operation;
  failure.kind = FailureKind::unavailable;
  failure.retryable = true;
  failure.retry_after = retry_after;
  failure.effect = Effect::not_applied;
  failure.message =
      "the circuit breaker of " + std::string(name_of(service)) + " is open; nothing was sent";
  return failure;
}

void announce_change(SharedBreaker& breaker, Telemetry& telemetry, Service service) {
  if (const std::optional<BreakerState> state = breaker.take_change()) {
    telemetry.emit("breaker.changed", {{"service", name_of(service)}, {"state", name_of(*state)}});
  }
}

struct Around {
  SharedBreaker& breaker;
  Runtime& runtime;
  Telemetry& telemetry;
  Service service;
  std::string_view event;      // static
  std::string_view operation;  // static
};

// Makes the call if the breaker admits it; `tell` hears how it went.
template <class Call, class Tell>
auto guarded(const Around& around, Call&& call, Tell&& tell) -> decltype(call()) {
  const auto permit = around.breaker.admit();
  announce_change(around.breaker, around.telemetry, around.service);
  if (!permit) {
    around.telemetry.emit(around.event, {{"ok", std::int64_t{0}},
                                         {"kind", std::string_view("refused")},
                                         {"micros", std::int64_t{0}}});
    tell(false, Duration{0});
    return refused(around.service, around.operation, around.breaker.retry_after());
  }
  const Duration began = around.runtime.now();
  auto outcome = call();
  const Duration took = around.runtime.now() - began;
  const Failure* failure = outcome.has_value() ? nullptr : &outcome.error();
  around.breaker.finished(*permit, took, failure);
  announce_change(around.breaker, around.telemetry, around.service);
  around.telemetry.emit(around.event,
                        {{"ok", std::int64_t{failure == nullptr ? 1 : 0}},
                         {"kind", failure == nullptr ? std::string_view() : name_of(failure->kind)},
                         {"micros", std::int64_t{took.count()}}});
  tell(failure == nullptr || !counts_as_failure(*failure), took);
  return outcome;
}

}  // namespace

SharedBreaker::SharedBreaker(Runtime& runtime, const BreakerOptions& options)
    : runtime_(runtime), mutex_(runtime.mutex()), breaker_(options) {}

std::optional<CircuitBreaker::Permit> SharedBreaker::admit() {
  const std::lock_guard lock(*mutex_);
  return breaker_.admit(runtime_.now());
}

void SharedBreaker::finished(CircuitBreaker::Permit permit, Duration took, const Failure* failure) {
  const std::lock_guard lock(*mutex_);
  const Duration now = runtime_.now();
  if (failure == nullptr || !counts_as_failure(*failure)) {
    breaker_.succeeded(permit, now, took);
    return;
  }
  breaker_.failed(permit, now, took);
  if (failure->kind == FailureKind::throttled && failure->retry_after > Duration{0}) {
    breaker_.hold_open(now, failure->retry_after);
  }
}

std::optional<BreakerState> SharedBreaker::take_change() {
  const std::lock_guard lock(*mutex_);
  const BreakerState state = breaker_.state(runtime_.now());
  if (std::exchange(announced_, state) == state) return std::nullopt;
  return state;
}

BreakerState SharedBreaker::state() const {
  const std::lock_guard lock(*mutex_);
  return breaker_.state(runtime_.now());
}

Duration SharedBreaker::retry_after() const {
  const std::lock_guard lock(*mutex_);
  return breaker_.retry_after(runtime_.now());
}

CircuitBreaker::Counts SharedBreaker::counts() const {
  const std::lock_guard lock(*mutex_);
  return breaker_.counts(runtime_.now());
}

GuardedDatabase::GuardedDatabase(Database& database, Runtime& runtime, Telemetry& telemetry,
                                 const BreakerOptions& options, D1Listener listener)
    : database_(database),
      runtime_(runtime),
      telemetry_(telemetry),
      breaker_(runtime, options),
      listener_(std::move(listener)) {}

Outcome<ResultSet> GuardedDatabase::query(const Statement& statement) {
  return guarded(
      Around{breaker_, runtime_, telemetry_, Service::d1, "d1.call", "query"},
      [&] { return database_.query(statement); },
      [this](bool ok, Duration took) {
        if (listener_) listener_(ok, took);
      });
}

Outcome<std::vector<ResultSet>> GuardedDatabase::batch(std::span<const Statement> statements) {
  return guarded(
      Around{breaker_, runtime_, telemetry_, Service::d1, "d1.call", "batch"},
      [&] { return database_.batch(statements); },
      [this](bool ok, Duration took) {
        if (listener_) listener_(ok, took);
      });
}

GuardedProvider::GuardedProvider(BookProvider& provider, Runtime& runtime, Telemetry& telemetry,
                                 const BreakerOptions& options)
    : provider_(provider), runtime_(runtime), telemetry_(telemetry), breaker_(runtime, options) {}

Outcome<std::optional<std::string>> GuardedProvider::find(std::string_view isbn13) {
  return guarded(
      Around{breaker_, runtime_, telemetry_, Service::provider, "provider.call", "find"},
      [&] { return provider_.find(isbn13); }, [](bool, Duration) {});
}

}  // namespace cutover::rollout
