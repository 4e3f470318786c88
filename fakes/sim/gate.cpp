#include "fakes/sim/gate.h"

#include "core/ports/check.h"

namespace cutover::sim {
namespace {

constexpr std::string_view kTooManyCalls = "Too many API requests by single Worker invocation.";
constexpr std::string_view kTooManyQueued = "D1 DB is overloaded. Too many requests queued.";
constexpr std::string_view kQueuedTooLong = "D1 DB is overloaded. Requests queued for too long.";

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
  if (!covers(budget.subrequests, 1) || !covers(budget.kv_operations, operations) ||
      !covers(budget.d1_queries, queries)) {
    return false;
  }
  take(budget.subrequests, 1);
  take(budget.kv_operations, operations);
  take(budget.d1_queries, queries);
  return true;
}

// What the caller learns of a fault: a connection that broke or a call that took too long tells it
// nothing of the effect, whatever happened.
Failure injected(const Call& call, FailureKind kind) {
  const bool silent = kind == FailureKind::timeout || kind == FailureKind::connection_lost;
  const bool passes = silent || kind == FailureKind::unavailable ||
                      kind == FailureKind::overloaded || kind == FailureKind::throttled;
  Failure failure = failure_of(call, kind, passes, "injected fault");
  failure.effect = silent && !call.reads ? Effect::unknown : Effect::not_applied;
  return failure;
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
  const Decision decision = decide(process, call);
  entered.ending = decision.ending;
  spend(process, entered.incarnation, latency.before + decision.delay);
  if (entered.ending == Ending::killed_before) kill(process);
  if (entered.ending == Ending::rejected) {
    entered.failure = injected(call, decision.kind);
    taken(process, call, &entered.failure, payload);
    spend(process, entered.incarnation, latency.after);
    return refuse(process, call, std::move(entered.failure));
  }
  if (entered.ending == Ending::answer_lost) {
    CUTOVER_CHECK(
        decision.kind == FailureKind::timeout || decision.kind == FailureKind::connection_lost,
        "an answer is lost by a timeout or a lost connection");
    entered.failure = injected(call, decision.kind);
  }
  if (queue == nullptr) {
    if (latency.service > Duration{0}) spend(process, entered.incarnation, latency.service);
    return entered;
  }
  const SerialQueue::Entry entry = queue->enter();
  if (entry == SerialQueue::Entry::granted) {
    entered.slot = Slot(queue);
    if (process.incarnation() != entered.incarnation) throw Killed{};
    if (latency.service > Duration{0}) spend(process, entered.incarnation, latency.service);
    return entered;
  }
  Failure failure =
      failure_of(call, FailureKind::overloaded, true,
                 entry == SerialQueue::Entry::too_many ? kTooManyQueued : kQueuedTooLong);
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

void Gate::kill(Process& process) {
  scheduler_.kill(process);
  throw Killed{};
}

}  // namespace cutover::sim
