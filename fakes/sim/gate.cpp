#include "fakes/sim/gate.h"

#include "core/ports/check.h"

namespace cutover::sim {
namespace {

constexpr std::string_view kTooManyCalls = "Too many API requests by single Worker invocation.";
constexpr std::string_view kTooManyQueued = "D1 DB is overloaded. Too many requests queued.";
constexpr std::string_view kQueuedTooLong = "D1 DB is overloaded. Requests queued for too long.";
constexpr std::string_view kReset =
    "D1 DB storage operation exceeded timeout which caused object to be reset.";

Failure failure_of(const Call& call, FailureKind kind, bool retryable, std::string_view message) {
  Failure failure;
  failure.service = call.service;
  failure.operation = call.operation;
  failure.kind = kind;
  failure.retryable = retryable;
  failure.effect = Effect::not_applied;
  failure.message = message;
  return failure;
}

bool covers(std::int64_t left, std::int64_t cost) {
  return left >= cost;
}

void take(std::int64_t& left, std::int64_t cost) {
  if (left != Budget::unlimited) left -= cost;
}

// All or nothing: a refused call costs nothing.
bool charge(Budget& budget, const Call& call) {
  if (call.repeat) return true;
  const std::int64_t operations = call.service == Service::kv ? 1 : 0;
  const std::int64_t queries = call.service == Service::d1 ? call.statements : 0;
  const std::int64_t outside = call.service == Service::provider ? 1 : 0;
  if (!covers(budget.subrequests, 1) || !covers(budget.kv_operations, operations) ||
      !covers(budget.d1_queries, queries) || !covers(budget.provider_calls, outside)) {
    return false;
  }
  take(budget.subrequests, 1);
  take(budget.kv_operations, operations);
  take(budget.d1_queries, queries);
  take(budget.provider_calls, outside);
  return true;
}

// What the caller learns of a fault: a connection that broke or a call that took too long tells it
// nothing of the effect, whatever happened.
Failure injected(const Call& call, const Decision& decision) {
  const FailureKind kind = decision.kind;
  const bool silent = kind == FailureKind::timeout || kind == FailureKind::connection_lost;
  const bool passes = silent || kind == FailureKind::unavailable ||
                      kind == FailureKind::overloaded || kind == FailureKind::throttled;
  Failure failure = failure_of(call, kind, passes,
                               decision.message.empty() ? "injected fault" : decision.message);
  const bool in_doubt = silent || decision.in_doubt;
  failure.effect = in_doubt && !call.reads ? Effect::unknown : Effect::not_applied;
  return failure;
}

// What the others learn whose calls waited when D1 was reset: nothing of the effect either.
Failure swept_away(const Call& call) {
  Decision decision(Ending::rejected, FailureKind::unavailable);
  decision.in_doubt = true;
  decision.message = kReset;
  return injected(call, decision);
}

Failure refused_by_queue(const Call& call, SerialQueue::Entry entry) {
  switch (entry) {
    case SerialQueue::Entry::too_many:
      return failure_of(call, FailureKind::overloaded, true, kTooManyQueued);
    case SerialQueue::Entry::too_long:
      return failure_of(call, FailureKind::overloaded, true, kQueuedTooLong);
    default: return swept_away(call);
  }
}

std::string result_of(const Failure* failure) {
  return failure == nullptr ? "ok" : describe(*failure);
}

}  // namespace

Decision FaultPlan::decide(const Process&, const Call&, std::uint64_t, Duration) {
  return Ending::applied;
}

Gate::Gate(Scheduler& scheduler, FaultPlan& plan) : scheduler_(scheduler), plan_(plan) {}

Gate::Entered Gate::enter(Process& process, const Call& call, const Latency& latency,
                          SerialQueue* queue, std::uint64_t payload) {
  Entered entered;
  entered.incarnation = process.incarnation();
  if (scheduler_.unwinding()) {
    entered.refused = true;
    entered.failure = failure_of(call, FailureKind::connection_lost, false, "process killed");
    return entered;
  }
  if (!process.alive()) {
    spend(process, entered.incarnation, Duration{0});
    throw Killed{};
  }
  if (!charge(process.budget, call)) {
    // A switch, so that a loop that never gives up still meets the limit of switches.
    spend(process, entered.incarnation, Duration{0});
    return refuse(process, call,
                  failure_of(call, FailureKind::limit_exceeded, false, kTooManyCalls));
  }
  entered.connection = connect(process);
  if (process.incarnation() != entered.incarnation) throw Killed{};
  const Decision decision = decide(process, call);
  entered.ending = decision.ending;
  entered.twist = decision.twist;
  entered.resets = decision.resets;
  spend(process, entered.incarnation, latency.before + decision.delay);
  if (!decision.name.empty()) {
    scheduler_.record(process, EventKind::fault, call.site, call.key, decision.name);
  }
  if (entered.ending == Ending::killed_before) kill(process);
  if (decision.spends_budget) {
    // An isolate without limits serves many invocations: only this one is out of calls.
    std::int64_t& left = process.budget.subrequests;
    if (left != Budget::unlimited) left = 0;
    return refuse(process, call,
                  failure_of(call, FailureKind::limit_exceeded, false, kTooManyCalls));
  }
  if (entered.ending == Ending::rejected) {
    entered.failure = injected(call, decision);
    taken(process, call, &entered.failure, payload);
    if (entered.resets) sweep_away(queue);
    spend(process, entered.incarnation, latency.after);
    return refuse(process, call, std::move(entered.failure));
  }
  if (entered.ending == Ending::answer_lost) {
    entered.failure = injected(call, decision);
    CUTOVER_CHECK(call.reads || entered.failure.effect == Effect::unknown,
                  "a failure after the effect must not say that nothing was applied");
  }
  if (queue == nullptr) {
    const Duration service = latency.service + decision.slow;
    if (service > Duration{0}) spend(process, entered.incarnation, service);
    return entered;
  }
  const SerialQueue::Entry entry = queue->enter();
  if (entry == SerialQueue::Entry::granted) {
    entered.slot = Slot(queue);
    if (process.incarnation() != entered.incarnation) throw Killed{};
    const Duration service = latency.service + decision.slow;
    if (service > Duration{0}) spend(process, entered.incarnation, service);
    return entered;
  }
  Failure failure = refused_by_queue(call, entry);
  taken(process, call, &failure, payload);
  spend(process, entered.incarnation, latency.after);
  return refuse(process, call, std::move(failure));
}

Decision Gate::decide(Process& process, const Call& call) {
  const Quiet quiet;
  ++calls_;
  const std::uint64_t ordinal = ordinals_[process.role()]++;
  return plan_.decide(process, call, ordinal, scheduler_.now());
}

// An invocation has six of them. An isolate without limits serves many invocations, each with its
// own, and none of them makes more than a few calls at once.
Connections::Held Gate::connect(const Process& process) {
  if (process.budget.subrequests == Budget::unlimited) return {};
  const auto [of_process, is_new] = [&] {
    const Quiet quiet;
    return connections_.try_emplace(process.id(), scheduler_);
  }();
  return of_process->second.take();
}

Gate::Entered Gate::refuse(Process& process, const Call& call, Failure failure) {
  scheduler_.record(process, EventKind::answer, call.site, call.key, describe(failure));
  Entered entered;
  entered.refused = true;
  entered.failure = std::move(failure);
  return entered;
}

void Gate::taken(Process& process, const Call& call, const Failure* failure,
                 std::uint64_t payload) {
  scheduler_.record(process, EventKind::call, call.site, call.key, result_of(failure), payload);
}

void Gate::leave(Process& process, const Call& call, const Latency& latency, Entered& entered,
                 const Failure* failure, std::uint64_t payload) {
  entered.slot.leave();
  if (entered.ending == Ending::killed_after) kill(process);
  spend(process, entered.incarnation, latency.after);
  scheduler_.record(process, EventKind::answer, call.site, call.key, result_of(failure), payload);
}

// The caller may be a task of another process, so being alive here does not tell that it is.
void Gate::spend(const Process& process, std::uint32_t incarnation, Duration duration) {
  scheduler_.sleep(duration);
  if (process.incarnation() != incarnation) throw Killed{};
}

void Gate::sweep_away(SerialQueue* queue) {
  if (queue != nullptr) queue->reset();
}

void Gate::kill(Process& process) {
  scheduler_.kill(process);
  throw Killed{};
}

}  // namespace cutover::sim
