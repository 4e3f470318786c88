// Step of verify: a backup of KV, checked, restored into another namespace, compared entry by
// entry.

#include "scenarios/backup_file.h"
#include "scenarios/rehearsal.h"

namespace cutover::scenarios {
namespace {

struct Restored {
  migrate::RestoreReport report;
  migrate::EntryComparison comparison;
  std::string failed;
};

// Into a namespace of its own; then the two files' worth of entries are compared both ways.
Restored restore_elsewhere(Rehearsal& rehearsal, const std::string& path) {
  Restored restored;
  auto elsewhere = std::make_unique<World>(rehearsal.world_options, rehearsal.no_faults);
  const auto records = [&]() -> std::unique_ptr<DumpRecords> {
    auto reader = dump::DumpReader::open(path, rehearsal.options.at_seconds);
    if (!reader) {
      restored.failed = reader.error();
      return nullptr;
    }
    return std::make_unique<DumpRecords>(std::move(*reader));
  };
  auto to_restore = records();
  auto to_compare = records();
  if (!to_restore || !to_compare) return restored;
  elsewhere->invoke("operator", 0, no_limits(), [&](Isolate& isolate) {
    auto report = migrate::restore(isolate.kv, isolate.runtime, isolate.telemetry, {}, *to_restore);
    if (!report) {
      restored.failed = describe(report.error());
      return;
    }
    restored.report = *report;
  });
  if (!restored.failed.empty()) return restored;
  // The comparison reads with no expiry in between: from the restored namespace as it stands.
  elsewhere->invoke("auditor", 1, no_limits(), [&](Isolate& isolate) {
    auto comparison =
        migrate::compare_entries(isolate.kv, isolate.runtime, isolate.telemetry, {}, *to_compare);
    if (comparison) {
      restored.comparison = std::move(*comparison);
    } else {
      restored.failed = describe(comparison.error());
    }
  });
  return restored;
}

}  // namespace

void back_up_and_restore(Rehearsal& rehearsal) {
  StepRecord step(rehearsal, "back up and restore");
  const std::string path = rehearsal.options.out_directory + "/kv-backup.ndjson.gz";
  std::optional<tl::expected<BackupFile, std::string>> backup;
  rehearsal.world->invoke("operator", 0, no_limits(), [&](Isolate& isolate) {
    backup =
        write_backup(isolate.kv, isolate.runtime, isolate.telemetry, path, dump::DumpForm::lines);
  });
  if (!backup || !*backup) {
    step.end(false, backup ? backup->error() : "the backup was not made");
    return;
  }
  const std::string unproven = check_backup(path);
  const Restored restored = restore_elsewhere(rehearsal, path);
  const BackupFile& file = **backup;
  // Entries that ran out while the rehearsal's clock went on are no difference of the restore.
  const bool same =
      restored.failed.empty() && restored.comparison.different == restored.report.already_expired;
  const bool passed = unproven.empty() && same && file.report.entries > 0;
  std::string what = with_commas(file.report.entries) + " entries, sha256 " +
                     file.written.sha256.substr(0, 16) + "..., restored " +
                     with_commas(restored.report.entries) + ", " +
                     with_commas(restored.report.already_expired) +
                     " too near to their expiry; compared entry by entry: " +
                     with_commas(restored.comparison.different) + " differ";
  if (!unproven.empty()) what += "; " + unproven;
  if (!restored.failed.empty()) what += "; " + restored.failed;
  rehearsal.show("R5.2", passed, what, step.name());
  step.end(passed, what);
}

}  // namespace cutover::scenarios
