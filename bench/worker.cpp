// The migrator against the plan's own, as a Worker on Cloudflare's local runtime (DESIGN section
// 10). Both move the same records; the Worker's KV and D1 are the simulated services over HTTP, as
// workerd's bindings speak it, the migrator's an SQLite file.

#include "adapters/workerd/workerd_process.h"
#include "bench/measure.h"
#include "bench/migration.h"
#include "bench/sample.h"
#include "bench/scratch.h"
#include "worker/stage.h"
#include "worker/worker_folder.h"

namespace cutover::bench {
namespace {

constexpr int clock_times = 1000;

}  // namespace

std::vector<Row> measure_worker(const Setup& setup) {
  Row row{"worker",
          "migration of the sample, keys/s",
          "the plan's migrator on workerd",
          Bound::at_least,
          50,
          ""};
  const auto workerd =
      workerd::WorkerdProcess::find(setup.source + "/tests/conformance/node_modules");
  if (!workerd) {
    row.missing = workerd.error();
    return {std::move(row)};
  }
  const auto folder = worker::read_worker(setup.source + "/examples/worker-as-planned");
  if (!folder) {
    row.missing = folder.error();
    return {std::move(row)};
  }
  const std::vector<KvRecord>& records = sample();
  const auto count = static_cast<double>(records.size());
  std::vector<double> ours;
  std::vector<double> theirs;
  try {
    for (int round = 0; round < setup.rounds; ++round) {
      const auto stage = worker::Stage::open(*folder, *workerd);
      if (!stage) {
        row.missing = stage.error();
        return {std::move(row)};
      }
      // The plan's migrator writes its checkpoint for each page; KV takes one a second of a key
      // (K02), and the second one would end it. So the services' clock runs ahead.
      (*stage)->hurry(clock_times);
      (*stage)->put_all(records);
      int status = 0;
      const double worker_seconds = seconds_of([&] {
        status = (*stage)
                     ->ask({"POST", "/admin/migrate-kv-to-d1", worker::Stage::admin_token, ""})
                     .status;
      });
      if (status != 200) {
        row.values.clear();
        row.missing = "the Worker answered " + std::to_string(status);
        return {std::move(row)};
      }
      const ScratchFolder scratch;
      const double seconds = migrate(records, scratch.file("migrated.sqlite"));
      theirs.push_back(count / worker_seconds);
      ours.push_back(count / seconds);
      row.values.push_back(worker_seconds / seconds);
    }
  } catch (const worker::StageFailure& failure) {
    row.values.clear();
    row.missing = failure.what;
    return {std::move(row)};
  }
  row.notes = {rates_text("migrator", ours, "keys/s"), rates_text("the plan's", theirs, "keys/s")};
  return {std::move(row)};
}

}  // namespace cutover::bench
