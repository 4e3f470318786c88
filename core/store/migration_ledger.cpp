#include "core/store/migration_ledger.h"

#include <algorithm>
#include <map>

namespace cutover::store {
namespace {

constexpr std::string_view create_ledger =
    "CREATE TABLE IF NOT EXISTS d1_migrations(id INTEGER PRIMARY KEY AUTOINCREMENT, "
    "name TEXT UNIQUE, applied_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP NOT NULL)";
constexpr std::string_view create_checksums =
    "CREATE TABLE IF NOT EXISTS SchemaChecksums (name TEXT PRIMARY KEY NOT NULL, "
    "sha256 TEXT NOT NULL)";

// REPLACE: a row without a ledger entry is a leftover of a ledger that was reset by hand.
constexpr std::string_view insert_checksum =
    "INSERT OR REPLACE INTO SchemaChecksums (name, sha256) VALUES (?1, ?2)";
constexpr std::string_view insert_entry = "INSERT INTO d1_migrations (name) VALUES (?1)";

// Casts: the ledger is shared with other programs, and its columns take any type of value.
constexpr std::string_view select_tables =
    "SELECT name FROM sqlite_master WHERE type = 'table' AND "
    "name IN ('d1_migrations', 'SchemaChecksums')";
constexpr std::string_view select_entries =
    "SELECT CAST(name AS TEXT), CAST(applied_at AS TEXT) FROM d1_migrations ORDER BY id";
constexpr std::string_view select_checksums =
    "SELECT CAST(name AS TEXT), CAST(sha256 AS TEXT) FROM SchemaChecksums";

}  // namespace

const MigrationLedger::Entry* MigrationLedger::find(std::string_view name) const {
  const auto found = std::find_if(entries.begin(), entries.end(),
                                  [&](const Entry& entry) { return entry.name == name; });
  return found == entries.end() ? nullptr : &*found;
}

Outcome<MigrationLedger> read_ledger(Database& database) {
  const Outcome<ResultSet> tables = database.query({select_tables, {}});
  if (!tables) return tables.error();
  const auto exists = [&](std::string_view name) {
    return std::any_of(tables->rows.begin(), tables->rows.end(),
                       [&](const SqlRow& row) { return as_text(row.at(0)) == name; });
  };
  if (!exists("d1_migrations")) return MigrationLedger();

  std::map<std::string, std::string, std::less<>> checksums;
  if (exists("SchemaChecksums")) {
    const Outcome<ResultSet> rows = database.query({select_checksums, {}});
    if (!rows) return rows.error();
    for (const SqlRow& row : rows->rows) checksums.emplace(as_text(row.at(0)), as_text(row.at(1)));
  }
  const Outcome<ResultSet> rows = database.query({select_entries, {}});
  if (!rows) return rows.error();
  MigrationLedger ledger;
  for (const SqlRow& row : rows->rows) {
    const std::string_view name = as_text(row.at(0));
    const auto checksum = checksums.find(name);
    ledger.entries.push_back({std::string(name), std::string(as_text(row.at(1))),
                              checksum == checksums.end() ? std::string() : checksum->second});
  }
  return ledger;
}

std::vector<Statement> ledger_tables() {
  return {{create_ledger, {}}, {create_checksums, {}}};
}

std::vector<Statement> ledger_entry(std::string_view name, std::string_view checksum) {
  return {{insert_checksum, {std::string(name), std::string(checksum)}},
          {insert_entry, {std::string(name)}}};
}

}  // namespace cutover::store
