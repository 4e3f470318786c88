#include "scenarios/phases/retention.h"

#include <algorithm>

#include "core/books/transform.h"
#include "core/rollout/phase_store.h"
#include "core/rollout/plan_table.h"
#include "reports/figures.h"

namespace cutover::scenarios {
namespace {

constexpr std::int64_t a_day = 86'400;  // seconds

}  // namespace

RetentionAnswer may_clean_up_kv(Database& database, UnixTime now, bool has_backup,
                                std::int64_t days) {
  RetentionAnswer answer;
  const auto run = database.query(
      {"SELECT state, finished_at FROM MigrationRuns ORDER BY rowid DESC LIMIT 1", {}});
  if (!run || run->rows.empty()) {
    answer.reasons.emplace_back("no migration is on record");
  } else {
    const std::string_view state = as_text(run->rows[0][0]);
    const std::int64_t age = now.seconds() - as_int(run->rows[0][1]);
    if (state != "complete") {
      answer.reasons.push_back("the newest migration is " + std::string(state));
    } else if (age < days * a_day) {
      answer.reasons.push_back(
          "the migration ended " +
          reports::counted(static_cast<std::uint64_t>(std::max<std::int64_t>(age, 0) / a_day),
                           "day") +
          " ago; KV is kept for " + std::to_string(days));
    }
  }
  const auto state = rollout::PhaseStore(database).read();
  if (!state || state->phase != rollout::Phase::d1) {
    answer.reasons.emplace_back("reads do not all come from D1");
  }
  if (!has_backup) answer.reasons.emplace_back("there is no backup with its checksum");
  answer.allowed = answer.reasons.empty();
  return answer;
}

void RemovalWatch::happened(const sim::EventView& event) {
  if (event.kind != sim::EventKind::call || event.what != "kv.remove") return;
  if (event.key.starts_with(books::plan_prefix)) removed_.emplace_back(event.key);
}

}  // namespace cutover::scenarios
