// The measured migration: the whole migrator from memory into an SQLite file.
#pragma once

#include <string>
#include <vector>

#include "core/ports/kv_store.h"

namespace cutover::bench {

// Migrates the records (sorted by key, each key once) into a new file at `path`, with the schema
// applied before the clock starts. Returns the seconds that the migrator took; ends the program
// when it does not complete.
[[nodiscard]] double migrate(const std::vector<KvRecord>& records, const std::string& path);

}  // namespace cutover::bench
