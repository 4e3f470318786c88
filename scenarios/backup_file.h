// Backup files: a namespace written to a dump file with a manifest beside it, and read back.
//
// The file is what `wrangler kv bulk put` and this program read. The manifest says what must be in
// it: number of entries, entries per prefix, and the SHA-256 of the file (R5.2, O03).
#pragma once

#include <memory>
#include <string>

#include <tl/expected.hpp>

#include "adapters/dump/dump_reader.h"
#include "adapters/dump/dump_writer.h"
#include "core/migrate/backup.h"

namespace cutover::scenarios {

struct BackupFile {
  migrate::BackupReport report;
  dump::WrittenDump written;
};

// Writes `path` and `path`.manifest.json; neither appears when it fails. The error is for people.
tl::expected<BackupFile, std::string> write_backup(KvStore& kv, Runtime& runtime,
                                                   Telemetry& telemetry, const std::string& path,
                                                   dump::DumpForm form);

// Does the file hold what its manifest says? Empty: yes. Reads the whole file.
[[nodiscard]] std::string check_backup(const std::string& path);

// A dump file as the source of a restore. Records that are unusable are counted and left out.
class DumpRecords final : public migrate::RecordSource {
 public:
  explicit DumpRecords(std::unique_ptr<dump::DumpReader> reader) : reader_(std::move(reader)) {}
  std::optional<KvRecord> next() override;
  [[nodiscard]] const dump::DumpReader& reader() const { return *reader_; }
  [[nodiscard]] const std::string& last_problem() const { return last_problem_; }

 private:
  std::unique_ptr<dump::DumpReader> reader_;
  std::string last_problem_;
};

}  // namespace cutover::scenarios
