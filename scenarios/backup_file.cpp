#include "scenarios/backup_file.h"

#include <cstdio>
#include <fstream>

#include <nlohmann/json.hpp>

namespace cutover::scenarios {
namespace {

class WriterSink final : public migrate::RecordSink {
 public:
  explicit WriterSink(dump::DumpWriter& writer) : writer_(writer) {}
  bool write(const KvRecord& record) override {
    const auto written = writer_.write(record);
    if (!written) error = written.error();
    return written.has_value();
  }
  std::string error;

 private:
  dump::DumpWriter& writer_;
};

std::string manifest_path(const std::string& path) {
  return path + ".manifest.json";
}

std::string write_manifest(const std::string& path, const BackupFile& backup) {
  nlohmann::ordered_json manifest;
  manifest["entries"] = backup.written.entries;
  manifest["bytes"] = backup.written.bytes;
  manifest["sha256"] = backup.written.sha256;
  manifest["vanished"] = backup.report.vanished;
  manifest["prefixes"] = backup.report.prefixes;
  const std::string target = manifest_path(path);
  const std::string temporary = target + ".tmp";
  std::ofstream out(temporary, std::ios::trunc);
  out << manifest.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) << '\n';
  out.close();
  if (!out || std::rename(temporary.c_str(), target.c_str()) != 0) {
    std::remove(temporary.c_str());
    return target + ": the manifest could not be written";
  }
  return {};
}

}  // namespace

tl::expected<BackupFile, std::string> write_backup(KvStore& kv, Runtime& runtime,
                                                   Telemetry& telemetry, const std::string& path,
                                                   dump::DumpForm form) {
  auto writer = dump::DumpWriter::create(path, form);
  if (!writer) return tl::unexpected(writer.error());
  WriterSink sink(**writer);
  auto report = migrate::back_up(kv, runtime, telemetry, {}, sink);
  if (!report) return tl::unexpected(path + ": not written: " + describe(report.error()));
  if (report->sink_failed) return tl::unexpected(sink.error);
  auto written = (*writer)->finish();
  if (!written) return tl::unexpected(written.error());
  BackupFile backup{std::move(*report), std::move(*written)};
  std::string error = write_manifest(path, backup);
  if (!error.empty()) {
    std::remove(path.c_str());  // a backup without its manifest proves nothing
    return tl::unexpected(std::move(error));
  }
  return backup;
}

std::string check_backup(const std::string& path) {
  std::ifstream in(manifest_path(path));
  if (!in) return manifest_path(path) + ": the manifest is missing, so the backup is not proven";
  const auto manifest = nlohmann::json::parse(in, nullptr, false);
  if (!manifest.is_object() || !manifest.contains("sha256") || !manifest["sha256"].is_string() ||
      !manifest.contains("entries") || !manifest["entries"].is_number_unsigned()) {
    return manifest_path(path) + ": not a manifest: it needs \"entries\" and \"sha256\"";
  }
  auto reader = dump::DumpReader::open(path, 0);
  if (!reader) return reader.error();
  while ((*reader)->next()) {
  }
  if ((*reader)->sha256() != manifest["sha256"].get<std::string>()) {
    return path + ": its SHA-256 is " + (*reader)->sha256() + ", the manifest says " +
           manifest["sha256"].get<std::string>();
  }
  if ((*reader)->problems() > 0) return path + ": some of its records are unusable";
  if ((*reader)->records() != manifest["entries"].get<std::uint64_t>()) {
    return path + ": it holds " + std::to_string((*reader)->records()) +
           " entries, the manifest says " +
           std::to_string(manifest["entries"].get<std::uint64_t>());
  }
  return {};
}

std::optional<KvRecord> DumpRecords::next() {
  while (auto next = reader_->next()) {
    if (auto* record = std::get_if<KvRecord>(&*next)) return std::move(*record);
    const auto& problem = std::get<dump::Problem>(*next);
    last_problem_ = problem.where + ": " + problem.reason;
  }
  return std::nullopt;
}

}  // namespace cutover::scenarios
