// Backends: the ports of the commands that work on real data.
//
// KV is a dump file (imported into a temporary store first), an SQLite-backed store or a namespace
// of Cloudflare's; D1 is an SQLite file or a database of Cloudflare's ("cloudflare:ID", see
// app/cloudflare.h). Every error names the file and says what to do.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include <tl/expected.hpp>

#include "adapters/sqlite/sqlite_database.h"
#include "adapters/sqlite/sqlite_kv.h"
#include "adapters/threads/thread_runtime.h"
#include "app/cloudflare.h"

namespace cutover::app {

// What was noticed while a dump was imported.
struct ImportCounts {
  std::int64_t imported = 0;  // records of a dump; 0 for a store
  std::int64_t repeated = 0;
  std::int64_t problems = 0;
};

// The dump's records into a store at `target`. Empty: all went well.
[[nodiscard]] std::string import_dump(const std::string& path, const std::string& target,
                                      Runtime& runtime, bool quiet, ImportCounts& counts);

// The file of a database, with the files that SQLite keeps beside it.
void remove_database(const std::string& path);

// A namespace that is open, and what was noticed while it was imported.
class OpenKv : public ImportCounts {
 public:
  // `path` is Cloudflare's, or told apart by its first bytes. A dump is imported beside `near` (if
  // that is no file: among the system's temporary files), and its temporary store removed again
  // when this object goes. `cloudflare` must outlive it.
  static tl::expected<std::unique_ptr<OpenKv>, std::string> open(const std::string& path,
                                                                 const std::string& near,
                                                                 Runtime& runtime,
                                                                 Cloudflare& cloudflare,
                                                                 bool quiet);
  ~OpenKv();
  OpenKv(const OpenKv&) = delete;
  OpenKv& operator=(const OpenKv&) = delete;

  [[nodiscard]] KvStore& store() { return *store_; }

 private:
  OpenKv() = default;
  std::unique_ptr<KvStore> store_;
  std::string temporary_;
};

// A store to write to: a file, made if absent, or Cloudflare's, which must be there.
tl::expected<std::unique_ptr<KvStore>, std::string> open_kv_store(const std::string& path,
                                                                  Runtime& runtime,
                                                                  Cloudflare& cloudflare);

// An existing D1 file, for reading only or for writing; or a new one when `create`. Of Cloudflare's
// databases only the token's permissions say what may be done.
enum class Access { read_only, write_existing, create };
tl::expected<std::unique_ptr<Database>, std::string> open_d1(const std::string& path, Access access,
                                                             Cloudflare& cloudflare);

// What a migration's run calls its source. All files have one name, so that `cutover migrate` and
// `cutover serve` can go on with each other's runs.
[[nodiscard]] std::string source_name(const std::string& kv_path);

// Is the schema in place? Empty: yes. Else what is wrong and what to do.
[[nodiscard]] std::string why_schema_is_not_ready(Database& database, const std::string& path);

}  // namespace cutover::app
