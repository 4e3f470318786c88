// The ledger of applied migration files, as it stands in the database (R1.5).
//
// Table d1_migrations is wrangler's, word for word; SchemaChecksums is ours and may lack rows, or
// be absent, where wrangler applied a file. Used by schema_migrations only.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/ports/database.h"
#include "core/ports/outcome.h"

namespace cutover::store {

struct MigrationLedger {
  struct Entry {
    std::string name;
    std::string applied_at;
    std::string checksum;  // SHA-256 in hex; empty when it was not recorded
  };
  std::vector<Entry> entries;  // in the order of applying

  [[nodiscard]] const Entry* find(std::string_view name) const;  // nullptr when not applied
};

// Reads only, also on an empty database. May switch; fails as Database does.
Outcome<MigrationLedger> read_ledger(Database& database);

// What a batch that applies a file starts with, and what it ends with (the ledger entry last).
[[nodiscard]] std::vector<Statement> ledger_tables();
[[nodiscard]] std::vector<Statement> ledger_entry(std::string_view name, std::string_view checksum);

}  // namespace cutover::store
