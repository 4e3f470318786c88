// cutover backup and cutover restore: a KV store to a dump file with a manifest, and back.

#include <CLI/CLI.hpp>
#include <cstdio>
#include <filesystem>
#include <memory>

#include <nlohmann/json.hpp>

#include "app/backends.h"
#include "app/commands.h"
#include "app/console.h"
#include "scenarios/backup_file.h"

namespace cutover::app {
namespace {

struct BackupArguments {
  std::string kv;
  std::string file;
  bool array = false;
  bool force = false;
  CloudflareFlags cloudflare;
};

int backup(const BackupArguments& arguments, const Common& common) {
  if (!arguments.force && std::filesystem::exists(arguments.file)) {
    return usage_error(arguments.file + ": exists already; choose another --out, or --force");
  }
  threads::ThreadRuntime runtime;
  Cloudflare cloudflare(arguments.cloudflare, runtime);
  auto kv =
      OpenKv::open(arguments.kv, arguments.file, runtime, cloudflare, common.quiet || common.json);
  if (!kv) return usage_error(kv.error());
  MigrationProgress silent(0, true);
  const auto backup =
      scenarios::write_backup((*kv)->store(), runtime, silent, arguments.file,
                              arguments.array ? dump::DumpForm::array : dump::DumpForm::lines);
  if (!backup) return usage_error(backup.error());
  const std::string unproven = scenarios::check_backup(arguments.file);
  if (!unproven.empty()) return usage_error(unproven);
  if (common.json) {
    nlohmann::ordered_json json;
    json["entries"] = backup->report.entries;
    json["vanished"] = backup->report.vanished;
    json["sha256"] = backup->written.sha256;
    json["prefixes"] = backup->report.prefixes;
    std::printf("%s\n", json.dump(2, ' ', false, nlohmann::json::error_handler_t::replace).c_str());
  } else {
    std::printf("%lld entries in %s, read back and equal to its manifest\nsha256 %s\n",
                static_cast<long long>(backup->report.entries), arguments.file.c_str(),
                backup->written.sha256.c_str());
  }
  return exit_pass;
}

int restore(const BackupArguments& arguments, const Common& common) {
  const std::string unproven = scenarios::check_backup(arguments.file);
  if (!unproven.empty() && !arguments.force) {
    return usage_error(unproven + "; --force restores it all the same");
  }
  threads::ThreadRuntime runtime;
  Cloudflare cloudflare(arguments.cloudflare, runtime);
  auto kv = open_kv_store(arguments.kv, runtime, cloudflare);
  if (!kv) return usage_error(kv.error());
  const std::int64_t now = runtime.wall().seconds();
  auto to_restore = dump::DumpReader::open(arguments.file, now);
  auto to_compare = dump::DumpReader::open(arguments.file, now);
  if (!to_restore) return usage_error(to_restore.error());
  if (!to_compare) return usage_error(to_compare.error());
  scenarios::DumpRecords source(std::move(*to_restore));
  scenarios::DumpRecords expected(std::move(*to_compare));
  MigrationProgress silent(0, true);
  const auto restored = migrate::restore(**kv, runtime, silent, {}, source);
  if (!restored) return usage_error(describe(restored.error()));
  const auto comparison = migrate::compare_entries(**kv, runtime, silent, {}, expected);
  if (!comparison) return usage_error(describe(comparison.error()));
  if (const std::string& cut_off = source.reader().cut_off(); !cut_off.empty()) {
    return usage_error(arguments.file + ": " + cut_off + " What was behind is not restored.");
  }
  const std::int64_t unexplained = comparison->different - restored->already_expired;
  if (common.json) {
    nlohmann::ordered_json json;
    json["entries"] = restored->entries;
    json["alreadyExpired"] = restored->already_expired;
    json["compared"] = comparison->compared;
    json["different"] = comparison->different;
    std::printf("%s\n", json.dump(2).c_str());
  } else {
    std::printf(
        "%lld entries restored, %lld left out because they expire within a minute\n"
        "compared entry by entry: %lld differ%s\n",
        static_cast<long long>(restored->entries),
        static_cast<long long>(restored->already_expired),
        static_cast<long long>(comparison->different),
        restored->already_expired > 0 ? ", those left out among them" : "");
    for (std::size_t i = 0; i < comparison->differences.size() && i < 10; ++i) {
      std::printf("  %s: %s\n", comparison->differences[i].key.c_str(),
                  comparison->differences[i].what.c_str());
    }
  }
  return unexplained == 0 ? exit_pass : exit_fail;
}

}  // namespace

Run add_backup(CLI::App& program, Common& common) {
  auto arguments = std::make_shared<BackupArguments>();
  CLI::App* command = program.add_subcommand(
      "backup", "write every entry of a KV store, with metadata and expiry, to a dump file");
  command->footer(
      "Example: cutover backup --kv store.sqlite --out kv-backup.ndjson.gz\n"
      "Writes a manifest with the SHA-256 beside it, and reads the file back.");
  command
      ->add_option("--kv", arguments->kv,
                   "an SQLite-backed KV store, a dump file, or cloudflare:NAMESPACE_ID")
      ->required();
  add_cloudflare_flags(*command, arguments->cloudflare);
  command->add_option("--out", arguments->file, "the file; .gz and .zst are packed")->required();
  command->add_flag("--array", arguments->array,
                    "a JSON array, the form that `wrangler kv bulk put` reads");
  command->add_flag("--force", arguments->force, "replace a file that exists");
  return [arguments, &common] { return backup(*arguments, common); };
}

Run add_restore(CLI::App& program, Common& common) {
  auto arguments = std::make_shared<BackupArguments>();
  CLI::App* command = program.add_subcommand(
      "restore", "put a backup's entries into a KV store, and compare them one by one");
  command->footer("Example: cutover restore --from kv-backup.ndjson.gz --kv restored.sqlite");
  command->add_option("--from", arguments->file, "the backup, with its manifest beside it")
      ->required();
  command
      ->add_option("--kv", arguments->kv,
                   "an SQLite-backed KV store, made if absent, or cloudflare:NAMESPACE_ID")
      ->required();
  add_cloudflare_flags(*command, arguments->cloudflare);
  command->add_flag("--force", arguments->force, "also when the manifest is missing or disagrees");
  return [arguments, &common] { return restore(*arguments, common); };
}

}  // namespace cutover::app
