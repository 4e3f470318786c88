// The phase machine on a real D1 against a model of a few lines: random moves, stale revisions and
// lost replies. Never two steps forward; back always to dual_write; the revision grows by one; the
// audit is complete; a conflict writes nothing.
#include "core/rollout/phase_store.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <vector>

#include "scenarios/direct_database.h"
#include "scenarios/migration.h"
#include "scenarios/world.h"

namespace cutover::rollout {
namespace {

using Changed = PhaseStore::Changed;

// Loses the reply, or the request, of the next batch.
class Unreliable final : public Database {
 public:
  enum class Loss : std::uint8_t { none, request, reply };
  explicit Unreliable(Database& real) : real_(real) {}

  Outcome<ResultSet> query(const Statement& statement) override { return real_.query(statement); }
  Outcome<std::vector<ResultSet>> batch(std::span<const Statement> statements) override {
    const Failure lost{Service::d1,     "batch", FailureKind::connection_lost, true, Duration{0},
                       Effect::unknown, "lost"};
    const Loss loss = std::exchange(next, Loss::none);
    if (loss == Loss::request) return lost;
    auto outcome = real_.batch(statements);
    if (loss == Loss::reply) return lost;
    return outcome;
  }

  Loss next = Loss::none;

 private:
  Database& real_;
};

// The table of moves, written out: [from][to], phases in their order.
constexpr bool table[7][7] = {
    // kv_only dual backfill reconcile verify d1_reads d1
    {false, true, false, false, false, false, false},  // kv_only
    {true, false, true, false, false, false, false},   // dual_write
    {false, true, false, true, false, false, false},   // backfill
    {false, true, false, false, true, false, false},   // reconcile
    {false, true, false, false, false, true, false},   // verify
    {false, true, false, false, false, false, true},   // d1_reads
    {false, true, false, false, false, false, false},  // d1
};

bool is_move(const RolloutState& from, const RolloutChange& to) {
  const bool is_percent_right = to.phase == Phase::d1_reads ? to.percent >= 1 && to.percent <= 100
                                : to.phase == Phase::d1     ? to.percent == 100
                                                            : to.percent == 0;
  if (!is_percent_right) return false;
  if (from.phase != to.phase)
    return table[static_cast<int>(from.phase)][static_cast<int>(to.phase)];
  return from.percent != to.percent || from.writes_stopped != to.writes_stopped;
}

// Often the next step, so that the later phases are reached.
RolloutChange any_change(const RolloutState& from) {
  const bool is_next = *rc::gen::weightedElement<bool>({{2, true}, {1, false}});
  const int next = std::min(static_cast<int>(from.phase) + 1, 6);
  RolloutChange change;
  change.phase = static_cast<Phase>(is_next ? next : *rc::gen::inRange(0, 7));
  change.percent = change.phase == Phase::d1_reads ? *rc::gen::element(1, 5, 50, 100) : 0;
  if (change.phase == Phase::d1) change.percent = 100;
  if (*rc::gen::weightedElement<bool>({{1, true}, {9, false}})) {
    change.percent = *rc::gen::element(-1, 0, 7, 101);
  }
  change.writes_stopped = *rc::gen::weightedElement<bool>({{1, true}, {4, false}});
  change.actor = *rc::gen::element<std::string>("admin", "guard");
  change.reason = *rc::gen::element<std::string>("", "because");
  return change;
}

RC_GTEST_PROP(Phases, BehaveAsTheirTable, ()) {
  sim::FaultPlan no_faults;
  scenarios::World world({}, no_faults);
  scenarios::apply_schema(world);
  scenarios::DirectDatabase real(world.d1());
  Unreliable unreliable(real);
  PhaseStore store(unreliable);

  RolloutState model;
  std::vector<AuditEntry> audit;
  const int steps = *rc::gen::inRange(1, 40);
  for (int step = 0; step < steps; ++step) {
    const RolloutChange change = any_change(model);
    const auto revision =
        model.revision + *rc::gen::weightedElement<std::int64_t>({{6, 0}, {1, -1}, {1, 1}});
    const bool is_conflict = revision != model.revision;
    const bool is_wanted = !is_conflict && is_move(model, change);
    // A repetition of the last change is its own, however it is asked for.
    const bool is_repetition =
        revision == model.revision - 1 && !audit.empty() && audit.back().to.phase == change.phase &&
        audit.back().to.percent == change.percent &&
        audit.back().to.writes_stopped == change.writes_stopped &&
        audit.back().actor == change.actor && audit.back().reason == change.reason;
    unreliable.next = *rc::gen::weightedElement<Unreliable::Loss>({{4, Unreliable::Loss::none},
                                                                   {1, Unreliable::Loss::request},
                                                                   {1, Unreliable::Loss::reply}});
    const auto loss = unreliable.next;
    const std::string before = world.d1().digest();
    auto result = store.change(revision, change);
    unreliable.next = Unreliable::Loss::none;
    if (is_wanted && loss == Unreliable::Loss::request) {
      RC_ASSERT(!result.has_value());
      RC_ASSERT(world.d1().digest() == before);
      result = store.change(revision, change);  // as whoever asked will do
    }
    RC_ASSERT(result.has_value());
    if (!is_wanted) {
      RC_ASSERT(result->changed == (is_repetition ? Changed::done
                                    : is_conflict ? Changed::conflict
                                                  : Changed::not_a_move));
      RC_ASSERT(world.d1().digest() == before);
      continue;
    }
    RC_ASSERT(result->changed == Changed::done);
    RC_ASSERT(static_cast<int>(change.phase) <= static_cast<int>(model.phase) + 1);
    if (static_cast<int>(change.phase) < static_cast<int>(model.phase)) {
      RC_ASSERT(change.phase == Phase::dual_write ||
                (change.phase == Phase::kv_only && model.phase == Phase::dual_write));
    }
    RolloutState after{change.phase, change.percent, change.writes_stopped, model.revision + 1,
                       result->state.changed_at};
    RC_ASSERT(result->state == after);
    audit.push_back({model, after, change.actor, change.reason, change.evidence});
    audit.back().from.changed_at = 0;
    model = after;
  }
  RC_ASSERT(store.read().value() == model);
  const auto stored = store.audit(1000).value();
  RC_ASSERT(stored.size() == audit.size());
  for (std::size_t i = 0; i < stored.size(); ++i) {
    const AuditEntry& expected = audit[audit.size() - 1 - i];
    RC_ASSERT(stored[i].from == expected.from);
    RC_ASSERT(stored[i].to == expected.to);
    RC_ASSERT(stored[i].actor == expected.actor);
    RC_ASSERT(stored[i].reason == expected.reason);
  }
}

}  // namespace
}  // namespace cutover::rollout
