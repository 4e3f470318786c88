#include "core/store/schema_migrations.h"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

#include "core/books/sha256.h"
#include "core/ports/check.h"
#include "core/store/migration_ledger.h"
#include "core/store/sql_text.h"

namespace cutover::store {

bool is_migration_name(std::string_view name) {
  return name.size() > 4 && name.size() <= MigrationFile::name_bytes_max &&
         name.ends_with(".sql") && name.find('/') == std::string_view::npos;
}

std::optional<std::uint64_t> number_of(std::string_view name) {
  const std::size_t digits = std::min(name.find_first_not_of("0123456789"), name.size());
  // More digits than fit are one number for us: the largest.
  if (digits == 0) return std::nullopt;
  std::uint64_t number = 0;
  for (const char digit : name.substr(0, digits)) {
    if (number > (UINT64_MAX - 9) / 10) return UINT64_MAX;
    number = number * 10 + static_cast<std::uint64_t>(digit - '0');
  }
  return number;
}

std::vector<MigrationFile> in_order(std::span<const MigrationFile> files) {
  std::vector<MigrationFile> sorted(files.begin(), files.end());
  const auto place = [](const MigrationFile& file) {
    const std::optional<std::uint64_t> number = number_of(file.name);
    return std::make_tuple(!number, number.value_or(0), std::string_view(file.name));
  };
  std::sort(sorted.begin(), sorted.end(),
            [&](const MigrationFile& a, const MigrationFile& b) { return place(a) < place(b); });
  return sorted;
}

std::string checksum_of(const MigrationFile& file) {
  std::string text;
  text.reserve(file.sql.size());
  for (std::size_t i = 0; i < file.sql.size(); ++i) {
    const bool line_end = file.sql[i] == '\r' && i + 1 < file.sql.size() && file.sql[i + 1] == '\n';
    if (!line_end) text += file.sql[i];
  }
  return books::Sha256().hex(text);
}

namespace {

struct SchemaPlan {
  SchemaStatus status;
  std::vector<MigrationFile> pending;  // whole files, in the order of status.pending
};

void refuse(SchemaStatus& status, SchemaProblem problem, std::string_view name,
            std::string_view message) {
  status.refusals.push_back({problem, std::string(name), std::string(message)});
}

void find_duplicates(const std::vector<MigrationFile>& sorted, SchemaStatus& status) {
  for (std::size_t i = 1; i < sorted.size(); ++i) {
    const MigrationFile& file = sorted[i];
    const MigrationFile& before = sorted[i - 1];
    const bool same_number = number_of(file.name) && number_of(file.name) == number_of(before.name);
    if (file.name == before.name) {
      refuse(status, SchemaProblem::duplicate, file.name,
             file.name + " was given twice. Keep one of the two.");
    } else if (same_number) {
      refuse(status, SchemaProblem::duplicate, file.name,
             file.name + " and " + before.name +
                 " have the same number, so their order is not defined. Give the newer one the "
                 "next free number.");
    }
  }
}

// A transaction of its own would break the one that makes a file all or nothing; the others cannot
// run inside one.
bool is_allowed_start(std::string_view statement) {
  const SqlToken first = SqlScanner(statement).next();
  for (const std::string_view word : {"BEGIN", "COMMIT", "END", "ROLLBACK", "SAVEPOINT", "RELEASE",
                                      "VACUUM", "ATTACH", "DETACH"}) {
    if (first.is_word(word)) return false;
  }
  return true;
}

// Why this file cannot be sent; empty when it can.
std::string unusable_reason(const MigrationFile& file) {
  if (!is_migration_name(file.name)) return "its name must be like 0001_name.sql";
  if (file.sql.size() > MigrationFile::sql_bytes_max) return "it has more than 10,000,000 bytes";
  const auto statements = split_statements(file.sql);
  if (!statements) {
    return "line " + std::to_string(statements.error().line) + ": " + statements.error().reason;
  }
  for (const std::string_view statement : *statements) {
    const std::string excerpt(statement.substr(0, statement.find('\n')).substr(0, 60));
    if (statement.size() >= D1Limits::sql_bytes_max) {
      return "a statement of 100,000 bytes or more, which D1 refuses: " + excerpt;
    }
    if (!is_allowed_start(statement)) {
      return "each file runs in one transaction, so it may not contain: " + excerpt;
    }
  }
  return {};
}

void place_file(const MigrationFile& file, const MigrationLedger& ledger, SchemaPlan& plan) {
  if (ledger.find(file.name) != nullptr) return;
  plan.pending.push_back(file);
  plan.status.pending.push_back(file.name);
  const std::string reason = unusable_reason(file);
  if (!reason.empty()) {
    refuse(plan.status, SchemaProblem::unusable, file.name,
           file.name + " cannot be applied: " + reason + ". Correct the file.");
  }
  const std::optional<std::uint64_t> number = number_of(file.name);
  if (!number) return;  // without a number a file is always last, so it leaves no gap
  const auto later = std::find_if(
      ledger.entries.begin(), ledger.entries.end(),
      [&](const MigrationLedger::Entry& entry) { return number_of(entry.name) > number; });
  if (later == ledger.entries.end()) return;
  plan.status.gaps.push_back(file.name);
  refuse(plan.status, SchemaProblem::gap, file.name,
         file.name + " is not applied, but " + later->name +
             ", which comes after it, is. Give the file the next free number.");
}

void place_entry(const MigrationLedger::Entry& entry,
                 const std::map<std::string_view, std::string>& checksums, SchemaStatus& status) {
  AppliedMigration applied{entry.name, entry.applied_at, ChecksumState::unknown};
  const auto file = checksums.find(entry.name);
  if (file == checksums.end()) {
    status.unknown.push_back(entry.name);
    refuse(status, SchemaProblem::unknown, entry.name,
           "the database records " + entry.name +
               " as applied, but there is no such file. Use the files of the release that applied "
               "it, or a newer one.");
  } else if (!entry.checksum.empty()) {
    const bool same = file->second == entry.checksum;
    applied.checksum = same ? ChecksumState::same : ChecksumState::changed;
    if (!same) {
      refuse(status, SchemaProblem::changed, entry.name,
             entry.name + " was changed after it was applied (SHA-256 was " +
                 entry.checksum.substr(0, 12) + ", is " + file->second.substr(0, 12) +
                 "). Put the old text back, and write the change as a new file.");
    }
  }
  status.applied.push_back(std::move(applied));
}

SchemaPlan plan_for(const MigrationLedger& ledger, std::span<const MigrationFile> files) {
  SchemaPlan plan;
  const std::vector<MigrationFile> sorted = in_order(files);
  find_duplicates(sorted, plan.status);
  std::map<std::string_view, std::string> checksums;
  for (const MigrationFile& file : sorted) {
    checksums.emplace(file.name, checksum_of(file));
    place_file(file, ledger, plan);
  }
  for (const MigrationLedger::Entry& entry : ledger.entries) {
    place_entry(entry, checksums, plan.status);
  }
  return plan;
}

Outcome<std::vector<ResultSet>> apply_file(Database& database, const MigrationFile& file) {
  std::vector<Statement> batch = ledger_tables();
  const auto statements = split_statements(file.sql);
  CUTOVER_CHECK(statements.has_value(), "the plan refuses files that do not split");
  for (const std::string_view statement : *statements) batch.push_back({statement, {}});
  for (Statement& entry : ledger_entry(file.name, checksum_of(file))) {
    batch.push_back(std::move(entry));
  }
  return database.batch(batch);
}

FailedMigration explain(const MigrationFile& file, const Failure& failure,
                        std::string_view what_is_known) {
  return {file.name, failure,
          file.name + ": " + describe(failure) + ". " + std::string(what_is_known)};
}

constexpr std::string_view nothing_applied =
    "Nothing of this file is applied; the files before it are, and stay. ";
constexpr std::string_view try_later = "Apply again later; it goes on with this file.";
constexpr std::string_view correct_it = "Correct the file and apply again; it goes on with it.";

// Did the file get in, in spite of the failure? Either the reply was lost, or somebody else was
// faster. Nothing when it did, and then `report` has it.
std::optional<FailedMigration> resolve(Database& database, const MigrationFile& file,
                                       const Failure& failure, ApplyReport& report) {
  const Outcome<MigrationLedger> ledger = read_ledger(database);
  if (!ledger && failure.effect == Effect::unknown) {
    return explain(file, failure,
                   "The file is applied whole or not at all, but the ledger could not be read to "
                   "tell (" +
                       describe(ledger.error()) +
                       "). Ask for the status when the database answers, then apply again.");
  }
  const MigrationLedger::Entry* entry = ledger ? ledger->find(file.name) : nullptr;
  if (entry == nullptr) {
    return explain(
        file, failure,
        std::string(nothing_applied) +
            std::string(failure.retryable || failure.effect == Effect::unknown ? try_later
                                                                               : correct_it));
  }
  if (entry->checksum != checksum_of(file) && !entry->checksum.empty()) {
    return explain(file, failure,
                   "Somebody else applied a different file of this name at the same time. Ask for "
                   "the status.");
  }
  const bool by_us = failure.effect == Effect::unknown;
  (by_us ? report.applied : report.applied_elsewhere).push_back(file.name);
  return std::nullopt;
}

}  // namespace

Outcome<SchemaStatus> status(Database& database, std::span<const MigrationFile> files) {
  Outcome<MigrationLedger> ledger = read_ledger(database);
  if (!ledger) return ledger.error();
  return plan_for(*ledger, files).status;
}

Outcome<ApplyReport> apply(Database& database, std::span<const MigrationFile> files, bool dry_run) {
  Outcome<MigrationLedger> ledger = read_ledger(database);
  if (!ledger) return ledger.error();
  SchemaPlan plan = plan_for(*ledger, files);

  ApplyReport report;
  report.refusals = std::move(plan.status.refusals);
  const bool only_looking = dry_run || !report.refusals.empty();
  for (const MigrationFile& file : plan.pending) {
    if (only_looking || report.failed) {
      report.pending.push_back(file.name);
      continue;
    }
    const Outcome<std::vector<ResultSet>> applied = apply_file(database, file);
    if (applied) {
      report.applied.push_back(file.name);
      continue;
    }
    report.failed = resolve(database, file, applied.error(), report);
    if (report.failed) report.pending.push_back(file.name);
  }
  return report;
}

std::string_view name_of(SchemaProblem problem) {
  switch (problem) {
    case SchemaProblem::gap: return "gap";
    case SchemaProblem::duplicate: return "duplicate";
    case SchemaProblem::unknown: return "unknown";
    case SchemaProblem::changed: return "changed";
    case SchemaProblem::unusable: return "unusable";
  }
  CUTOVER_CHECK(false, "every problem has a name");
}

std::string_view name_of(ChecksumState state) {
  switch (state) {
    case ChecksumState::same: return "same";
    case ChecksumState::changed: return "changed";
    case ChecksumState::unknown: return "applied elsewhere, checksum unknown";
  }
  CUTOVER_CHECK(false, "every state has a name");
}

}  // namespace cutover::store
