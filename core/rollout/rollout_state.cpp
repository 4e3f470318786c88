#include "core/rollout/rollout_state.h"

#include <fmt/format.h>

#include <algorithm>
#include <mutex>
#include <utility>

#include "core/rollout/plan_table.h"

namespace cutover::rollout {
namespace {

constexpr std::size_t suspects_max = 1000;
// Longer than a dual write needs to reach both stores.
constexpr Duration dual_write_max = std::chrono::minutes(1);

bool has(const std::vector<GuardFinding>& findings, GuardAction action) {
  return std::any_of(findings.begin(), findings.end(),
                     [action](const GuardFinding& finding) { return finding.action == action; });
}

std::string reason_of(const GuardFinding& finding) {
  return fmt::format("{}: {:.2f} {} is above {:g}", finding.criterion, finding.measured,
                     finding.unit, finding.limit);
}

// Names and units are plain static words; nothing needs escaping.
std::string evidence_of(const std::vector<GuardFinding>& findings, Duration now) {
  std::string json = "[";
  for (const GuardFinding& finding : findings) {
    if (json.size() > 1) json.append(1, ',');
    json.append(fmt::format(
        R"({{"criterion":"{}","action":"{}","measured":{:.3f},"limit":{:.3f},"unit":"{}",)"
        R"("seconds_since":{:.3f}}})",
        finding.criterion, name_of(finding.action), finding.measured, finding.limit, finding.unit,
        static_cast<double>((now - finding.since).count()) / 1e6));
  }
  return json.append("]");
}

}  // namespace

Rollout::State::State(KvStore& kv_store, Database& db, Runtime& run, Telemetry& events,
                      const RolloutOptions& with)
    : runtime(run),
      telemetry(events),
      kv(kv_store),
      database(db),
      options(with),
      environment(parse_flag(with.environment_flag)),
      suspicion(kv_store.staleness_bound() + dual_write_max),
      retry{3, std::chrono::milliseconds(200), std::chrono::seconds(1)},
      store(db),
      knowledge(kv_store, db, run, with.refresh_after),
      mutex(run.mutex()),
      guard(with.guard) {}

RolloutKnowledge::Known Rollout::State::current() {
  RolloutKnowledge::Known known = knowledge.current();
  take_note(known);
  return known;
}

void Rollout::State::take_note(const RolloutKnowledge::Known& known) {
  if (!known.state_at) return;
  const std::lock_guard lock(*mutex);
  if (noted_at && *known.state_at < *noted_at) return;
  const bool is_first = !noted_at;
  const RolloutState before = std::exchange(noted, known.state);
  noted_at = known.state_at;
  if (!is_first && before.revision == noted.revision) return;
  telemetry.emit("rollout.changed", {{"phase", name_of(noted.phase)},
                                     {"percent", std::int64_t{noted.percent}},
                                     {"revision", noted.revision}});
  if (!is_first) note_change(before, noted, runtime.now());
}

// With the lock held.
void Rollout::State::note_change(const RolloutState& before, const RolloutState& after,
                                 Duration now) {
  if (before.phase != after.phase) {
    shadow_compared = 0;
    shadow_different = 0;
    suspects.clear();
  }
  // What was measured of the old order must not roll back a second time.
  if (reads_d1(before.phase) && !reads_d1(after.phase)) guard.reset(now);
  if (before.writes_stopped && !after.writes_stopped) {
    guard.inconsistency_resolved();
    suspects.clear();
  }
  if (!pending || after.revision == pending->revision) return;
  const bool is_as_decided = after.phase == pending->change.phase &&
                             after.writes_stopped == pending->change.writes_stopped;
  if (is_as_decided && reaction && !reaction->written) reaction->written = now;
  pending.reset();
}

void Rollout::State::learn(const RolloutState& state) {
  // As of now: a read that began while the change was under way may have seen what stood before.
  knowledge.learn(state, runtime.now());
  take_note(knowledge.known());
}

FlagValue Rollout::State::flag_of(const RolloutKnowledge::Known& known) const {
  // KV may hold a `false` that nobody here has seen: off until it was read once.
  if (!known.flag_at) return {0, "flag_unknown"};
  return combine(environment, known.flag);
}

lookup::ReadPlan Rollout::State::plan(const RolloutKnowledge::Known& known,
                                      const books::Isbn& isbn) {
  const std::lock_guard lock(*mutex);
  PlanInputs inputs;
  inputs.state = known.state;
  inputs.known = known.state_at.has_value();
  inputs.trusted = inputs.known && runtime.now() - *known.state_at <= options.trust_for;
  inputs.flag = flag_of(known);
  if (pending) {
    inputs.rollback_pending = reads_d1(known.state.phase) && !reads_d1(pending->change.phase);
    inputs.state.writes_stopped = pending->change.writes_stopped || inputs.state.writes_stopped;
  }
  return plan_for(inputs, options.salt, isbn.digits());
}

bool Rollout::State::may_shadow(const books::Isbn& isbn) const {
  {
    const std::lock_guard lock(*mutex);
    if (!compares(noted.phase)) return false;
    if (!suspects.empty() && suspects.contains(isbn.str())) return true;
  }
  const auto draw = static_cast<int>(runtime.random_number("shadow") % 100);
  return draw < options.shadow_percent;
}

void Rollout::State::shadow_result(const std::string& isbn, ReadPolicy::Shadow result) {
  const std::lock_guard lock(*mutex);
  if (!compares(noted.phase)) return;
  shadow_compared += 1;
  if (result == ReadPolicy::Shadow::same) {
    suspects.erase(isbn);
    return;
  }
  shadow_different += 1;
  // Before the phase is verify, D1 is not complete yet.
  if (noted.phase == Phase::reconcile) return;
  const Duration now = runtime.now();
  const auto suspect = suspects.find(isbn);
  if (suspect == suspects.end()) {
    if (suspects.size() < suspects_max) suspects.emplace(isbn, Suspect{now, false});
    return;
  }
  if (now - suspect->second.since <= suspicion) return;
  suspect->second.confirmed = true;
  const auto confirmed = std::count_if(suspects.begin(), suspects.end(), [](const auto& candidate) {
    return candidate.second.confirmed;
  });
  guard.inconsistency(now, confirmed);
}

std::optional<Rollout::State::Pending> Rollout::State::decide() {
  const std::lock_guard lock(*mutex);
  const Duration now = runtime.now();
  std::vector<GuardFinding> found = guard.evaluate(now);
  announce(found);
  findings = std::move(found);
  if (!pending && noted_at) compose(now);
  return pending;
}

// With the lock held. Findings are reported when they appear.
void Rollout::State::announce(const std::vector<GuardFinding>& found) {
  for (const GuardFinding& finding : found) {
    const bool stood = std::any_of(
        findings.begin(), findings.end(),
        [&](const GuardFinding& before) { return before.criterion == finding.criterion; });
    if (stood) continue;
    telemetry.emit("guard.finding",
                   {{"criterion", finding.criterion}, {"action", name_of(finding.action)}});
  }
}

// With the lock held. One change for all that the findings ask for.
void Rollout::State::compose(Duration now) {
  const bool roll_back = has(findings, GuardAction::rollback) && reads_d1(noted.phase);
  const bool stop = has(findings, GuardAction::stop_writes) && !noted.writes_stopped;
  if (!roll_back && !stop) return;
  RolloutChange change{noted.phase, noted.percent, noted.writes_stopped || stop, "guard", "", ""};
  if (roll_back) {
    change.phase = Phase::dual_write;
    change.percent = 0;
  }
  const GuardAction action = roll_back ? GuardAction::rollback : GuardAction::stop_writes;
  const auto gravest =
      std::find_if(findings.begin(), findings.end(),
                   [action](const GuardFinding& finding) { return finding.action == action; });
  change.reason = reason_of(*gravest);
  change.evidence = evidence_of(findings, now);
  reaction = GuardReaction{gravest->criterion, action, gravest->since, now, std::nullopt};
  pending = Pending{noted.revision, std::move(change)};
}

void Rollout::State::act(const Pending& decided) {
  const auto result = store.change(decided.revision, decided.change);
  if (!result) {
    telemetry.emit("rollout.change_failed", {{"kind", name_of(result.error().kind)}});
    return;
  }
  learn(result->state);
  const std::lock_guard lock(*mutex);
  // Not done: somebody else changed something; the next tick decides on what stands now.
  if (pending && pending->revision == decided.revision) pending.reset();
}

LiveEvidence Rollout::State::live_evidence() {
  const std::lock_guard lock(*mutex);
  const bool wants = has(guard.evaluate(runtime.now()), GuardAction::rollback);
  return {shadow_compared, shadow_different, wants};
}

Outcome<MoveResult> Rollout::State::change(const RolloutState& from, const RolloutChange& to,
                                           bool gated) {
  MoveResult moved;
  moved.state = from;
  if (!may_move(from, to)) {
    moved.end = MoveResult::End::not_a_move;
    return moved;
  }
  RolloutChange change = to;
  if (gated) {
    auto gate = look_at_gate(database, from, to.phase, live_evidence());
    if (!gate) return gate.error();
    moved.gate = std::move(*gate);
    change.evidence = moved.gate.json();
    if (!moved.gate.open()) {
      moved.end = MoveResult::End::gate_closed;
      return moved;
    }
  }
  auto result = with_retry(runtime, telemetry, retry, Repeat::idempotent,
                           [&] { return store.change(from.revision, change); });
  if (!result) return result.error();
  learn(result->state);
  moved.state = result->state;
  switch (result->changed) {
    case PhaseStore::Changed::done: moved.end = MoveResult::End::done; break;
    case PhaseStore::Changed::conflict: moved.end = MoveResult::End::conflict; break;
    case PhaseStore::Changed::not_a_move: moved.end = MoveResult::End::not_a_move; break;
  }
  return moved;
}

}  // namespace cutover::rollout
