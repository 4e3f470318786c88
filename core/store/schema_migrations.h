// Schema migrations: the numbered SQL files that make the database, and the ledger of those that
// were applied (R1.5).
//
// The ledger is wrangler's own table, d1_migrations, so that this program and the real wrangler can
// take turns on one database. A second table of ours, SchemaChecksums, remembers what each file
// said, to notice one that was edited after it was applied. There is no way down: a mistake is
// corrected by a new file. It never guesses: on a gap, a changed file or an unknown entry it
// refuses, and does nothing.
//
// Calls that take a Database may switch; they hold no lock. Two appliers at once are safe: the
// ledger's UNIQUE name lets one of them win each file.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/ports/database.h"
#include "core/ports/outcome.h"

namespace cutover::store {

struct MigrationFile {
  static constexpr std::size_t name_bytes_max = 255;
  static constexpr std::size_t sql_bytes_max = 10'000'000;

  std::string name;  // "0001_initial_schema.sql"; the ledger's key
  std::string sql;   // any number of statements, comments, either kind of line end

  friend bool operator==(const MigrationFile&, const MigrationFile&) = default;
};

// The files of migrations/ as they were when this program was built, in order.
[[nodiscard]] const std::vector<MigrationFile>& embedded_migrations();

// Is a file of this name a migration? As wrangler has it: "*.sql" in lower case, no folder part.
[[nodiscard]] bool is_migration_name(std::string_view name);

// As wrangler has it: by leading number (9 before 10), files without one last; then by name.
[[nodiscard]] std::vector<MigrationFile> in_order(std::span<const MigrationFile> files);

// The number that a name starts with; none when it starts with another character.
[[nodiscard]] std::optional<std::uint64_t> number_of(std::string_view name);

// SHA-256 in lower-case hex of the text with LF line ends: a checkout with CRLF is no change.
[[nodiscard]] std::string checksum_of(const MigrationFile& file);

enum class SchemaProblem : std::uint8_t {
  gap,        // this pending file is numbered before one that is applied
  duplicate,  // two files have this name or this number
  unknown,    // the database records it, but there is no such file
  changed,    // the file is not what was applied
  unusable,   // the file cannot be sent: broken quoting, too large, its own transaction
};

// Why apply() does nothing.
struct SchemaRefusal {
  SchemaProblem problem = SchemaProblem::gap;
  std::string name;     // of the file or the ledger's entry
  std::string message;  // what is wrong and what to do, for people
};

enum class ChecksumState : std::uint8_t {
  same,
  changed,
  unknown,  // applied elsewhere (by wrangler), so what the file said then was not recorded
};

struct AppliedMigration {
  std::string name;
  std::string applied_at;  // as the ledger has it: "2026-01-31 12:00:00", UTC
  ChecksumState checksum = ChecksumState::unknown;
};

struct SchemaStatus {
  std::vector<AppliedMigration> applied;  // in the ledger's order
  std::vector<std::string> pending;       // in the order in which they will be applied
  std::vector<std::string> unknown;       // recorded in the database, but no such file
  std::vector<std::string> gaps;          // pending, but numbered before an applied one
  std::vector<SchemaRefusal> refusals;    // all that apply() would refuse for

  [[nodiscard]] bool up_to_date() const { return pending.empty() && refusals.empty(); }
};

// Reads only; a database that was never migrated has nothing applied. Fails as Database does.
Outcome<SchemaStatus> status(Database& database, std::span<const MigrationFile> files);

struct FailedMigration {
  std::string name;
  Failure failure;      // the service's answer
  std::string message;  // the file, the service's words, what is applied, how to go on
};

struct ApplyReport {
  std::vector<std::string> applied;            // by this call, in order
  std::vector<std::string> applied_elsewhere;  // by somebody else, while this call ran
  std::vector<std::string> pending;            // not applied: dry run, refusal or failure
  std::vector<SchemaRefusal> refusals;         // when not empty, nothing was done
  std::optional<FailedMigration> failed;       // the file at which it stopped

  [[nodiscard]] bool ok() const { return refusals.empty() && !failed; }
};

// Applies each pending file in one batch: its statements, its checksum, and last its ledger entry.
// So a file is applied whole and recorded, or not at all, and files before a failing one stay.
// After a lost reply the ledger tells what happened. Applying again does nothing. A dry run makes
// every check that needs no write. Fails only when the ledger cannot be read at the start.
Outcome<ApplyReport> apply(Database& database, std::span<const MigrationFile> files, bool dry_run);

[[nodiscard]] std::string_view name_of(SchemaProblem problem);  // "gap", ...
[[nodiscard]] std::string_view name_of(ChecksumState state);    // "applied elsewhere, checksum ..."

}  // namespace cutover::store
