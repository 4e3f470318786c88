#include "core/rollout/rollout.h"

#include <algorithm>
#include <mutex>
#include <utility>

#include "core/rollout/plan_table.h"
#include "core/rollout/rollout_state.h"

namespace cutover::rollout {
namespace {

int percent_in(Phase phase, int percent) {
  if (phase == Phase::d1) return 100;
  return phase == Phase::d1_reads ? percent : 0;
}

// Back is open to everybody at any time; less percent too.
bool is_forward(const RolloutState& from, Phase to, int percent) {
  if (from.phase == to) return percent > from.percent;
  return static_cast<int>(to) > static_cast<int>(from.phase);
}

}  // namespace

Rollout::Rollout(KvStore& kv, Database& database, Runtime& runtime, Telemetry& telemetry,
                 const RolloutOptions& options)
    : state_(std::make_shared<State>(kv, database, runtime, telemetry, options)) {}

Rollout::~Rollout() = default;

lookup::ReadPlan Rollout::plan(const books::Isbn& isbn) {
  return state_->plan(state_->current(), isbn);
}

bool Rollout::may_shadow(const books::Isbn& isbn) const {
  return state_->may_shadow(isbn);
}

void Rollout::shadow_result(const books::Isbn& isbn, Shadow result) {
  state_->shadow_result(isbn.str(), result);
}

void Rollout::request_finished(bool server_error, Duration latency) {
  const std::lock_guard lock(*state_->mutex);
  state_->guard.request(state_->runtime.now(), server_error, latency);
}

void Rollout::d1_call_finished(bool ok, Duration latency) {
  const std::lock_guard lock(*state_->mutex);
  state_->guard.d1_call(state_->runtime.now(), ok, latency);
}

void Rollout::inconsistency_found(std::int64_t keys) {
  const std::lock_guard lock(*state_->mutex);
  state_->guard.inconsistency(state_->runtime.now(), keys);
}

bool Rollout::writes_allowed() {
  const bool stopped = state_->current().state.writes_stopped;
  const std::lock_guard lock(*state_->mutex);
  return !stopped && !(state_->pending && state_->pending->change.writes_stopped);
}

void Rollout::tick() {
  const auto decided = state_->decide();
  if (decided) state_->act(*decided);
  // Deferred, because a D1 that hangs must not keep the guard from its next look.
  if (state_->knowledge.due()) {
    state_->runtime.defer([state = state_] { static_cast<void>(state->current()); });
  }
}

Outcome<MoveResult> Rollout::move(Phase to, int percent, const std::string& actor,
                                  const std::string& reason) {
  auto from = state_->store.read();
  if (!from) return from.error();
  const int wished = percent_in(to, percent);
  return state_->change(*from, {to, wished, from->writes_stopped, actor, reason, ""},
                        is_forward(*from, to, wished));
}

Outcome<MoveResult> Rollout::rollback(const std::string& actor, const std::string& reason) {
  auto from = state_->store.read();
  if (!from) return from.error();
  if (from->phase == Phase::kv_only) {
    return MoveResult{MoveResult::End::not_a_move, *from, {}};
  }
  return state_->change(*from, {Phase::dual_write, 0, from->writes_stopped, actor, reason, ""},
                        false);
}

Outcome<MoveResult> Rollout::set_writes_stopped(bool stopped, const std::string& actor,
                                                const std::string& reason) {
  auto from = state_->store.read();
  if (!from) return from.error();
  return state_->change(*from, {from->phase, from->percent, stopped, actor, reason, ""}, false);
}

Outcome<void> Rollout::set_flag(const std::string& text) {
  if (!parse_flag(text).valid) {
    return Failure{Service::kv,
                   "put",
                   FailureKind::malformed,
                   false,
                   Duration{0},
                   Effect::not_applied,
                   "the flag is true, false, or a whole percentage 0 to 100"};
  }
  auto written = with_retry(state_->runtime, state_->telemetry, state_->retry, Repeat::idempotent,
                            [&] { return state_->kv.put(flag_key, text, {}); });
  if (!written) return written.error();
  state_->knowledge.doubt_flag();
  return {};
}

Outcome<RolloutView> Rollout::view() {
  const RolloutKnowledge::Known known = state_->knowledge.afresh();
  state_->take_note(known);
  if (!known.state_at && !known.flag_at) {
    return Failure{Service::d1,
                   "rollout",
                   FailureKind::unavailable,
                   true,
                   Duration{0},
                   Effect::not_applied,
                   "neither D1 nor KV has answered yet; nothing is known of the rollout"};
  }
  RolloutView view;
  view.state = known.state;
  view.environment = state_->environment;
  view.kv = known.flag;
  view.flag = state_->flag_of(known);
  view.known = known.state_at.has_value();
  const Duration now = state_->runtime.now();
  const Duration oldest = std::min(known.state_at.value_or(now), known.flag_at.value_or(now));
  view.age = now - oldest;
  const std::lock_guard lock(*state_->mutex);
  const bool trusted = view.known && now - *known.state_at <= state_->options.trust_for;
  const bool is_back = state_->pending && !reads_d1(state_->pending->change.phase);
  view.effective_percent = trusted && !is_back ? effective_percent(known.state, view.flag) : 0;
  view.shadow_compared = state_->shadow_compared;
  view.shadow_different = state_->shadow_different;
  view.findings = state_->findings;
  view.reaction = state_->reaction;
  view.change_pending = state_->pending.has_value();
  return view;
}

Outcome<std::vector<AuditEntry>> Rollout::audit(std::int64_t limit) {
  return state_->store.audit(limit);
}

Duration Rollout::bound() const {
  return state_->kv.staleness_bound() + 2 * state_->options.refresh_after;
}

}  // namespace cutover::rollout
