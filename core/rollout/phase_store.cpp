#include "core/rollout/phase_store.h"

#include <algorithm>
#include <array>
#include <utility>

#include "core/rollout/rollout_sql.h"

namespace cutover::rollout {
namespace {

constexpr std::array<Phase, 7> phases = {Phase::kv_only,   Phase::dual_write, Phase::backfill,
                                         Phase::reconcile, Phase::verify,     Phase::d1_reads,
                                         Phase::d1};
constexpr std::size_t actor_bytes_max = 200;
constexpr std::size_t reason_bytes_max = 1000;
constexpr std::int64_t audit_rows_max = 1000;

Failure malformed(std::string message) {
  return {Service::d1, "rollout",           FailureKind::malformed, false,
          Duration{0}, Effect::not_applied, std::move(message)};
}

bool is_well_formed(Phase phase, int percent) {
  if (phase == Phase::d1_reads) return percent >= 1 && percent <= 100;
  return percent == (phase == Phase::d1 ? 100 : 0);
}

// Columns `at` to `at` + 2 of the row: phase, percent, writes_stopped.
Outcome<RolloutState> state_at(const SqlRow& row, std::size_t at) {
  const std::string_view name = as_text(row[at]);
  const std::optional<Phase> phase = phase_named(name);
  if (!phase) {
    return malformed("the rollout's tables hold the phase '" + std::string(name) +
                     "', which this program does not know; is it older than the database?");
  }
  RolloutState state;
  state.phase = *phase;
  state.percent = static_cast<int>(as_int(row[at + 1]));
  state.writes_stopped = as_int(row[at + 2]) != 0;
  return state;
}

bool is_applied(const RolloutChange& change, const AuditEntry& entry) {
  return entry.to.phase == change.phase && entry.to.percent == change.percent &&
         entry.to.writes_stopped == change.writes_stopped && entry.actor == change.actor &&
         entry.reason == change.reason;
}

Outcome<AuditEntry> entry_of(const SqlRow& row) {
  auto from = state_at(row, 1);
  if (!from) return from.error();
  auto to = state_at(row, 4);
  if (!to) return to.error();
  AuditEntry entry{*from, *to, std::string(as_text(row[7])), std::string(as_text(row[8])),
                   std::string(as_text(row[9]))};
  entry.to.revision = as_int(row[0]);
  entry.from.revision = entry.to.revision - 1;
  entry.to.changed_at = as_int(row[10]);
  return entry;
}

// The rows, or none while the schema is not applied yet. Which of the two it is, is asked of the
// database: the words of a failure are for people.
Outcome<ResultSet> rows_if_in_place(Database& database, const Statement& statement) {
  auto found = database.query(statement);
  if (found || found.error().kind != FailureKind::malformed) return found;
  auto tables = database.query({sql::count_state_tables, {}});
  if (!tables) return tables.error();
  if (!tables->rows.empty() && as_int(tables->rows[0][0]) == 2) return found;
  return ResultSet{};
}

}  // namespace

std::string_view name_of(Phase phase) {
  switch (phase) {
    case Phase::kv_only: return "kv_only";
    case Phase::dual_write: return "dual_write";
    case Phase::backfill: return "backfill";
    case Phase::reconcile: return "reconcile";
    case Phase::verify: return "verify";
    case Phase::d1_reads: return "d1_reads";
    case Phase::d1: return "d1";
  }
  return "?";
}

std::optional<Phase> phase_named(std::string_view name) {
  const auto* found = std::find_if(phases.begin(), phases.end(),
                                   [&](Phase phase) { return name_of(phase) == name; });
  if (found == phases.end()) return std::nullopt;
  return *found;
}

bool may_move(const RolloutState& from, const RolloutChange& to) {
  if (!is_well_formed(to.phase, to.percent)) return false;
  if (from.phase == to.phase) {
    return from.percent != to.percent || from.writes_stopped != to.writes_stopped;
  }
  if (to.phase == Phase::dual_write) return true;  // a step forward, or a rollback
  if (to.phase == Phase::kv_only) return from.phase == Phase::dual_write;
  return static_cast<int>(to.phase) == static_cast<int>(from.phase) + 1;
}

PhaseStore::PhaseStore(Database& database) : database_(database) {}

Outcome<RolloutState> PhaseStore::read() {
  auto found = rows_if_in_place(database_, {sql::select_state, {}});
  if (!found) return found.error();
  if (found->rows.empty()) return RolloutState{};
  const SqlRow& row = found->rows[0];
  auto state = state_at(row, 0);
  if (!state) return state;
  state->revision = as_int(row[3]);
  state->changed_at = as_int(row[4]);
  return state;
}

Outcome<PhaseStore::Result> PhaseStore::change(std::int64_t revision, const RolloutChange& change) {
  if (change.actor.empty() || change.actor.size() > actor_bytes_max) {
    return malformed("actor must be 1 to 200 bytes");
  }
  if (change.reason.size() > reason_bytes_max) return malformed("reason has more than 1,000 bytes");
  auto before = resolve(revision, change);
  if (!before) return before.error();
  if (before->state.revision != revision) return before;
  if (!may_move(before->state, change)) return Result{Changed::not_a_move, before->state};

  const std::array<Statement, 3> statements = {
      Statement{sql::first_state, {}},
      Statement{sql::insert_audit,
                {revision, std::string(name_of(change.phase)), std::int64_t{change.percent},
                 std::int64_t{change.writes_stopped ? 1 : 0}, change.actor, change.reason,
                 text_or_null(change.evidence)}},
      Statement{sql::guarded_change,
                {revision, std::string(name_of(change.phase)), std::int64_t{change.percent},
                 std::int64_t{change.writes_stopped ? 1 : 0}}}};
  const auto written = database_.batch(statements);
  if (written) {
    const std::vector<SqlRow>& rows = written->back().rows;
    const std::int64_t changed_at = rows.empty() ? 0 : as_int(rows[0][0]);
    return Result{Changed::done,
                  {change.phase, change.percent, change.writes_stopped, revision + 1, changed_at}};
  }
  if (written.error().kind != FailureKind::constraint &&
      written.error().effect == Effect::not_applied) {
    return written.error();
  }
  auto after = resolve(revision, change);
  if (after && after->state.revision != revision) return after;
  // As far as can be seen nothing was changed, by us or by anybody else.
  return written.error();
}

Outcome<PhaseStore::Result> PhaseStore::resolve(std::int64_t revision,
                                                const RolloutChange& change) {
  auto state = read();
  if (!state) return state.error();
  if (state->revision <= revision) {
    return Result{state->revision == revision ? Changed::done : Changed::conflict, *state};
  }
  auto found = database_.query({sql::audit_of, {revision + 1}});
  if (!found) return found.error();
  if (found->rows.empty()) return Result{Changed::conflict, *state};
  auto entry = entry_of(found->rows[0]);
  if (!entry) return entry.error();
  return Result{is_applied(change, *entry) ? Changed::done : Changed::conflict, *state};
}

Outcome<std::vector<AuditEntry>> PhaseStore::audit(std::int64_t limit) {
  auto found = rows_if_in_place(
      database_, {sql::newest_audit, {std::clamp<std::int64_t>(limit, 1, audit_rows_max)}});
  if (!found) return found.error();
  std::vector<AuditEntry> entries;
  entries.reserve(found->rows.size());
  for (const SqlRow& row : found->rows) {
    auto entry = entry_of(row);
    if (!entry) return entry.error();
    entries.push_back(std::move(*entry));
  }
  return entries;
}

}  // namespace cutover::rollout
