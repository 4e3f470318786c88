#include "core/migrate/ledger.h"

#include "core/migrate/ledger_sql.h"
#include "core/ports/check.h"

namespace cutover::migrate {
namespace {

std::string text_at(const SqlRow& row, std::size_t i) {
  return std::string(as_text(row[i]));
}

RunState state_of(std::string_view name) {
  for (const RunState state :
       {RunState::running, RunState::paused, RunState::complete, RunState::failed}) {
    if (name_of(state) == name) return state;
  }
  CUTOVER_CHECK(false, "MigrationRuns.state holds a state that its CHECK forbids");
  return RunState::failed;
}

Run run_of(const SqlRow& row) {
  CUTOVER_CHECK(row.size() == 13 + fate_count, "select_run reads these columns");
  Run run;
  run.run_id = text_at(row, 0);
  run.source = text_at(row, 1);
  run.state = state_of(as_text(row[2]));
  run.pause_requested = as_int(row[3]) != 0;
  run.place = {static_cast<std::size_t>(as_int(row[4])), text_at(row, 5), text_at(row, 6),
               as_int(row[7]) != 0};
  run.chunk = as_int(row[8]);
  run.totals.listed = as_int(row[9]);
  run.started_at = as_int(row[10]);
  run.updated_at = as_int(row[11]);
  if (!is_null(row[12])) run.finished_at = as_int(row[12]);
  for (std::size_t i = 0; i < fate_count; ++i) run.totals.by_fate[i] = as_int(row[13 + i]);
  return run;
}

}  // namespace

std::string_view name_of(RunState state) {
  switch (state) {
    case RunState::running: return "running";
    case RunState::paused: return "paused";
    case RunState::complete: return "complete";
    case RunState::failed: return "failed";
  }
  return "?";
}

Ledger::Ledger(Database& database, Runtime& runtime, Telemetry& telemetry, const RetryPolicy& retry)
    : database_(database), runtime_(runtime), telemetry_(telemetry), retry_(retry) {}

Outcome<ResultSet> Ledger::query(const Statement& statement) {
  return with_retry(runtime_, telemetry_, retry_, Repeat::idempotent,
                    [&] { return database_.query(statement); });
}

Outcome<std::optional<Lease>> Ledger::acquire_lease(std::string_view owner, std::int64_t seconds) {
  CUTOVER_CHECK(seconds >= 1, "a lease lasts at least a second");
  // Repeating it is safe: the owner is granted again, with a newer token.
  auto granted = query({sql::acquire_lease, {std::string(owner), seconds}});
  if (!granted) return granted.error();
  if (granted->rows.empty()) return std::optional<Lease>();
  return std::optional<Lease>({std::string(owner), as_int(granted->rows[0][0])});
}

void Ledger::release_lease(const Lease& lease) {
  const auto released = query({sql::release_lease, {lease.token, lease.owner}});
  if (!released) {
    telemetry_.emit("migrate.lease_not_released", {{"kind", name_of(released.error().kind)}});
  }
}

Outcome<std::optional<Run>> Ledger::newest_run() {
  auto found = query({sql::newest_run, {}});
  if (!found) return found.error();
  if (found->rows.empty()) return std::optional<Run>();
  return std::optional<Run>(run_of(found->rows[0]));
}

Outcome<std::optional<Run>> Ledger::find_run(std::string_view run_id) {
  auto found = query({sql::run_by_id, {std::string(run_id)}});
  if (!found) return found.error();
  if (found->rows.empty()) return std::optional<Run>();
  return std::optional<Run>(run_of(found->rows[0]));
}

Outcome<Run> Ledger::start_run(const Lease& lease, std::string_view source) {
  const std::vector<Statement> statements = {
      {sql::guard_lease, {lease.token, std::int64_t{0}, lease.owner}},
      {sql::fail_unfinished_runs, {}},
      {sql::insert_run, {std::string(source), lease.token}},
  };
  // Not idempotent: after a lost answer the ledger tells whether the run was started.
  auto started = with_retry(runtime_, telemetry_, retry_, Repeat::only_if_not_applied,
                            [&] { return database_.batch(statements); });
  auto newest = newest_run();
  if (!newest) return newest.error();
  if (*newest && (*newest)->state == RunState::running && (*newest)->chunk == 0 &&
      (*newest)->source == source && (started || started.error().effect == Effect::unknown)) {
    return std::move(**newest);
  }
  if (!started) return started.error();
  return Failure{Service::d1,
                 "batch",
                 FailureKind::constraint,
                 true,
                 Duration{0},
                 Effect::not_applied,
                 "another migrator took over before the run could start"};
}

Outcome<std::vector<PendingKey>> Ledger::pending(std::string_view run_id, std::string_view after,
                                                 std::size_t limit) {
  auto found = query({sql::pending_keys,
                      {std::string(run_id), std::string(after), static_cast<std::int64_t>(limit)}});
  if (!found) return found.error();
  std::vector<PendingKey> keys;
  keys.reserve(found->rows.size());
  for (const SqlRow& row : found->rows) {
    PendingKey key;
    key.listed.name = text_at(row, 0);
    if (!is_null(row[1])) key.listed.expiration = as_int(row[1]);
    key.attempts = as_int(row[2]);
    key.wait_seconds = as_int(row[3]);
    key.reason = as_text(row[4]);
    keys.push_back(std::move(key));
  }
  return keys;
}

Outcome<Ledger::Written> Ledger::finish(const Lease& lease, Run& run, RunState state) {
  CUTOVER_CHECK(state != RunState::running, "a run that goes on is not finished");
  return set_state(lease, run, state);
}

Outcome<Ledger::Written> Ledger::reopen(const Lease& lease, Run& run) {
  CUTOVER_CHECK(run.state == RunState::paused, "only a paused run is reopened");
  return set_state(lease, run, RunState::running);
}

Outcome<Ledger::Written> Ledger::set_state(const Lease& lease, Run& run, RunState state) {
  const std::vector<Statement> statements = {
      {sql::guard_lease, {lease.token, std::int64_t{0}, lease.owner}},
      {sql::set_state, {run.run_id, std::string(name_of(state)), run.chunk}},
  };
  auto written = with_retry(runtime_, telemetry_, retry_, Repeat::idempotent,
                            [&] { return database_.batch(statements); });
  auto found = find_run(run.run_id);
  if (!found) return found.error();
  if (!*found) return Written::overtaken;
  run = std::move(**found);
  if (written || run.state == state) return Written::applied;
  if (written.error().kind != FailureKind::constraint) return written.error();
  return Written::overtaken;
}

Outcome<bool> Ledger::request_pause() {
  auto changed = query({sql::request_pause, {}});
  if (!changed) return changed.error();
  return !changed->rows.empty();
}

Outcome<std::int64_t> Ledger::retry_failed(std::string_view run_id) {
  const std::vector<Statement> statements = {
      {sql::reset_failed_errors, {std::string(run_id)}},
      {sql::reset_failed_outcomes, {std::string(run_id)}},
      {sql::reopen_run, {std::string(run_id)}},
  };
  auto before = find_run(run_id);
  if (!before) return before.error();
  auto reset = with_retry(runtime_, telemetry_, retry_, Repeat::idempotent,
                          [&] { return database_.batch(statements); });
  if (!reset) return reset.error();
  return *before ? (*before)->totals[Fate::failed] : 0;
}

Outcome<std::vector<ErrorRow>> Ledger::errors(std::string_view run_id, std::string_view after,
                                              std::size_t limit) {
  auto found = query({sql::errors_after,
                      {std::string(run_id), std::string(after), static_cast<std::int64_t>(limit)}});
  if (!found) return found.error();
  std::vector<ErrorRow> errors;
  errors.reserve(found->rows.size());
  for (const SqlRow& row : found->rows) {
    errors.push_back({text_at(row, 0), text_at(row, 1), text_at(row, 2), as_int(row[3])});
  }
  return errors;
}

}  // namespace cutover::migrate
