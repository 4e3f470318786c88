#include "app/backends.h"

#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "adapters/dump/dump_reader.h"
#include "adapters/sqlite/sqlite_kv_loader.h"
#include "app/console.h"
#include "core/store/schema_migrations.h"

namespace cutover::app {
namespace {

bool is_sqlite_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  char magic[16] = {};
  in.read(magic, sizeof magic);
  return in.gcount() == sizeof magic && std::string_view(magic, 15) == "SQLite format 3";
}

std::string temporary_name() {
  std::error_code ignored;
  const auto folder = std::filesystem::temp_directory_path(ignored);
  return (folder / ("cutover-" + std::to_string(::getpid()))).string();
}

}  // namespace

void remove_database(const std::string& path) {
  std::error_code ignored;
  for (const char* suffix : {"", "-wal", "-shm", "-journal"}) {
    std::filesystem::remove(path + suffix, ignored);
  }
}

std::string import_dump(const std::string& path, const std::string& target, Runtime& runtime,
                        bool quiet, ImportCounts& counts) {
  auto reader = dump::DumpReader::open(path, runtime.wall().seconds());
  if (!reader) return reader.error();
  auto loader = sqlite::SqliteKvLoader::open(target, {});
  if (!loader) return loader.error();
  ProgressLine line("import " + std::filesystem::path(path).filename().string(), quiet);
  while (auto next = (*reader)->next()) {
    if (stop_requested()) return path + ": interrupted while it was imported; nothing was migrated";
    if (const auto* problem = std::get_if<dump::Problem>(&*next)) {
      counts.problems += 1;
      if (counts.problems <= 10) {
        std::fprintf(stderr, "%s: %s: %s\n", path.c_str(), problem->where.c_str(),
                     problem->reason.c_str());
      }
      continue;
    }
    auto added = (*loader)->add(std::get<KvRecord>(*next));
    if (!added) return added.error();
    counts.imported += 1;
    if (*added) {
      counts.repeated += 1;
      if (counts.repeated <= 10) {
        std::fprintf(stderr, "%s: %s: the key %s stands twice; the last one counts\n", path.c_str(),
                     (*reader)->where().c_str(), std::get<KvRecord>(*next).key.c_str());
      }
    }
    if (counts.imported % 1000 == 0) {
      line.update(static_cast<std::int64_t>((*reader)->bytes_read()),
                  static_cast<std::int64_t>((*reader)->file_bytes()));
    }
  }
  line.clear();
  if (!(*reader)->cut_off().empty()) {
    return path + ": " + (*reader)->cut_off();
  }
  auto finished = (*loader)->finish();
  return finished ? std::string() : finished.error();
}

tl::expected<std::unique_ptr<OpenKv>, std::string> OpenKv::open(const std::string& path,
                                                                const std::string& near,
                                                                Runtime& runtime,
                                                                Cloudflare& cloudflare,
                                                                bool quiet) {
  auto kv = std::unique_ptr<OpenKv>(new OpenKv());
  std::string store = path;
  if (!is_cloudflare(path) && (path == "-" || !is_sqlite_file(path))) {
    store = (is_cloudflare(near) ? temporary_name() : near) + ".kv-import";
    remove_database(store);
    kv->temporary_ = store;
    std::string error = import_dump(path, store, runtime, quiet, *kv);
    if (!error.empty()) return tl::unexpected(std::move(error));
  }
  auto opened = open_kv_store(store, runtime, cloudflare);
  if (!opened) return tl::unexpected(opened.error());
  kv->store_ = std::move(*opened);
  return kv;
}

OpenKv::~OpenKv() {
  store_.reset();
  if (!temporary_.empty()) remove_database(temporary_);
}

tl::expected<std::unique_ptr<KvStore>, std::string> open_kv_store(const std::string& path,
                                                                  Runtime& runtime,
                                                                  Cloudflare& cloudflare) {
  if (is_cloudflare(path)) return cloudflare.open_kv(path);
  auto opened = sqlite::SqliteKv::open(path, runtime);
  if (!opened) return tl::unexpected(std::move(opened.error()));
  return std::unique_ptr<KvStore>(std::move(*opened));
}

tl::expected<std::unique_ptr<Database>, std::string> open_d1(const std::string& path, Access access,
                                                             Cloudflare& cloudflare) {
  if (is_cloudflare(path)) return cloudflare.open_d1(path);
  if (access != Access::create && !std::filesystem::exists(path)) {
    return tl::unexpected(
        path + ": there is no such D1 file; make one with: cutover schema apply --d1 " + path);
  }
  sqlite::FileOptions options;
  options.read_only = access == Access::read_only;
  auto opened = sqlite::SqliteDatabase::open(path, options);
  if (!opened) return tl::unexpected(std::move(opened.error()));
  return std::unique_ptr<Database>(std::move(*opened));
}

std::string source_name(const std::string& kv_path) {
  return is_cloudflare(kv_path) ? kv_path : "local";
}

std::string why_schema_is_not_ready(Database& database, const std::string& path) {
  const auto status = store::status(database, store::embedded_migrations());
  if (!status) return path + ": " + describe(status.error());
  if (!status->refusals.empty()) return path + ": " + status->refusals.front().message;
  if (status->pending.empty()) return {};
  return path + ": the schema is not up to date (" + status->pending.front() +
         " is pending); run: cutover schema apply --d1 " + path;
}

}  // namespace cutover::app
