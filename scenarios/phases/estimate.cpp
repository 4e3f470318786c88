#include "scenarios/phases/estimate.h"

#include "core/migrate/dry_run.h"

namespace cutover::scenarios {
namespace {

double number(std::int64_t count) {
  return static_cast<double>(count);
}

}  // namespace

EstimatedMigration migrate_with_estimate(Operator& person, Stage& stage) {
  EstimatedMigration done;
  World& world = stage.world();
  const std::string before = world.d1().digest();
  const std::int64_t puts = world.kv().counts().put;
  Isolate& isolate = person.isolate();
  const auto report =
      migrate::dry_run(isolate.kv, isolate.d1, isolate.runtime, isolate.telemetry,
                       stage.options().system.api.migrator, migrate::DryRunOptions{});
  done.dry_run_wrote = world.d1().digest() != before || world.kv().counts().put != puts;
  if (!report) return done;
  const fakes::KvOperationCounts kv = world.kv().counts();
  const fakes::D1Counts d1 = world.d1().counts();
  done.complete = person.migrate();
  const fakes::KvOperationCounts kv_now = world.kv().counts();
  const fakes::D1Counts d1_now = world.d1().counts();
  // By the run's own record: the answer to the operator waits for an isolate's turn.
  const auto times = world.d1().connection().run(
      {"SELECT finished_at - started_at FROM MigrationRuns ORDER BY rowid DESC LIMIT 1", {}});
  const double took = times && !times->rows.empty() ? number(as_int(times->rows[0][0])) : 0.0;
  const migrate::Estimate& estimate = report->estimate;
  done.rows = {
      {"duration", "s", std::chrono::duration<double>(estimate.duration).count(), took},
      {"keys read from KV", "", number(estimate.kv_keys_read),
       number(kv_now.get_many_keys + kv_now.get - kv.get_many_keys - kv.get)},
      {"D1 transactions", "", number(estimate.d1_transactions),
       number(d1_now.batches - d1.batches)},
      {"D1 rows written", "", number(estimate.d1_rows_written),
       number(d1_now.rows_written - d1.rows_written)},
  };
  return done;
}

}  // namespace cutover::scenarios
