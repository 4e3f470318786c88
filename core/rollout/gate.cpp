#include "core/rollout/gate.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "core/books/json_text.h"
#include "core/rollout/rollout_sql.h"

namespace cutover::rollout {
namespace {

using Conditions = std::vector<Condition>;

// When the phase became what it is: revision and time, by the audit.
struct Beginning {
  std::int64_t revision = 0;
  std::int64_t at = 0;
  std::string newest_run;  // then; empty when it is not known
};

Outcome<std::optional<Beginning>> beginning_of(Database& database, Phase phase) {
  auto found = database.query({sql::phase_began, {std::string(name_of(phase))}});
  if (!found) return found.error();
  if (found->rows.empty()) return std::optional<Beginning>();
  const SqlRow& row = found->rows[0];
  const auto* run = std::get_if<std::string>(&row[2]);
  return std::optional<Beginning>(
      {as_int(row[0]), as_int(row[1]), run == nullptr ? std::string() : *run});
}

Condition zero(std::string name, std::int64_t found) {
  return {std::move(name), std::to_string(found), found == 0};
}

Outcome<void> look_at_schema(Database& database, Conditions& conditions) {
  auto found = database.query({sql::count_schema_tables, {}});
  if (!found) return found.error();
  const std::int64_t tables = found->rows.empty() ? 0 : as_int(found->rows[0][0]);
  conditions.push_back({"tables in place",
                        std::to_string(tables) + " of " + std::to_string(sql::schema_tables),
                        tables == sql::schema_tables});
  return {};
}

// `since`: the run must have begun after it.
Outcome<void> look_at_run(Database& database, const std::optional<Beginning>& since,
                          Conditions& conditions) {
  auto found = database.query({sql::newest_run, {}});
  if (!found) return found.error();
  if (found->rows.empty()) {
    conditions.push_back({"newest run", "nothing", false});
    return {};
  }
  const SqlRow& row = found->rows[0];
  const std::string id(as_text(row[0]));
  const std::string_view state = as_text(row[1]);
  conditions.push_back({"newest run", id, true});
  conditions.push_back({"run complete", std::string(state), state == "complete"});
  conditions.push_back(zero("pending keys", as_int(row[2])));
  conditions.push_back(zero("failed keys", as_int(row[3])));
  if (!since) return {};
  const std::int64_t started = as_int(row[4]);
  const bool is_later = started > since->at;
  // The database's clock counts seconds; within one, the name of the run tells.
  const bool is_another =
      started == since->at && !since->newest_run.empty() && since->newest_run != id;
  conditions.push_back({"run began after the phase became reconcile",
                        std::to_string(started) + " after " + std::to_string(since->at),
                        is_later || is_another});
  return {};
}

Outcome<void> look_at_comparison(Database& database, const LiveEvidence& live,
                                 Conditions& conditions) {
  const auto since = beginning_of(database, Phase::verify);
  if (!since) return since.error();
  auto found =
      database.query({sql::newest_comparison, {*since ? (*since)->revision : std::int64_t{0}}});
  if (!found) return found.error();
  if (found->rows.empty()) {
    conditions.push_back({"comparison since the phase became verify", "nothing", false});
  } else {
    const SqlRow& row = found->rows[0];
    const std::int64_t compared = as_int(row[0]);
    conditions.push_back({"compared keys", std::to_string(compared), compared >= 1});
    conditions.push_back(zero("missing keys", as_int(row[1])));
    conditions.push_back(zero("different keys", as_int(row[2])));
  }
  conditions.push_back(
      {"different shadow reads",
       std::to_string(live.shadow_different) + " of " + std::to_string(live.shadow_compared),
       live.shadow_different == 0});
  return {};
}

Outcome<void> look_at_d1(Database& database, const RolloutState& state, Phase to,
                         const LiveEvidence& live, Conditions& conditions) {
  switch (to) {
    case Phase::kv_only:
    case Phase::backfill: return {};
    case Phase::dual_write: return look_at_schema(database, conditions);
    case Phase::reconcile: return look_at_run(database, std::nullopt, conditions);
    case Phase::verify: {
      auto since = beginning_of(database, Phase::reconcile);
      if (!since) return since.error();
      return look_at_run(database, *since ? **since : Beginning{}, conditions);
    }
    case Phase::d1_reads:
      if (state.phase == Phase::d1_reads) break;
      return look_at_comparison(database, live, conditions);
    case Phase::d1:
      conditions.push_back(
          {"percent reading D1", std::to_string(state.percent), state.percent == 100});
      break;
  }
  conditions.push_back({"guard", live.guard_wants_rollback ? "wants a rollback" : "content",
                        !live.guard_wants_rollback});
  return {};
}

}  // namespace

bool GateResult::open() const {
  return std::all_of(conditions.begin(), conditions.end(),
                     [](const Condition& condition) { return condition.met; });
}

std::string GateResult::json() const {
  std::string json = "[";
  for (const Condition& condition : conditions) {
    if (json.size() > 1) json.append(1, ',');
    json.append("{\"name\":");
    books::append_json_string(json, condition.name);
    json.append(",\"found\":");
    books::append_json_string(json, condition.found);
    json.append(",\"met\":").append(condition.met ? "true" : "false").append("}");
  }
  return json.append("]");
}

Outcome<void> record_comparison(Database& database, const ComparisonRecord& record) {
  auto written =
      database.query({sql::insert_comparison,
                      {record.revision, record.compared, record.missing, record.different}});
  if (!written) return written.error();
  return {};
}

Outcome<GateResult> look_at_gate(Database& database, const RolloutState& state, Phase to,
                                 const LiveEvidence& live) {
  GateResult result;
  const bool is_back = static_cast<int>(to) < static_cast<int>(state.phase);
  if (is_back) return result;
  result.conditions.push_back(
      {"writes", state.writes_stopped ? "stopped" : "allowed", !state.writes_stopped});
  auto looked = look_at_d1(database, state, to, live, result.conditions);
  if (!looked) return looked.error();
  return result;
}

}  // namespace cutover::rollout
