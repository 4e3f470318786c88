// D1 is what the reference transform makes of the sources.

#include <map>
#include <optional>
#include <set>
#include <string>

#include "chaos/invariants/checks.h"
#include "chaos/invariants/tables.h"
#include "core/store/book_statements.h"
#include "scenarios/reference_judge.h"

namespace cutover::chaos {
namespace {

using migrate::Columns;

std::map<std::string, Columns> rows_by_isbn(const Aftermath& aftermath, std::string_view where) {
  std::string sql = "SELECT ";
  for (const std::string_view column : store::book_columns()) {
    sql.append("CAST(").append(column).append(" AS TEXT),");
  }
  sql.back() = ' ';
  sql.append("FROM Books ").append(where);
  std::map<std::string, Columns> rows;
  for (const SqlRow& row : read_rows(aftermath, sql)) {
    Columns columns;
    for (const SqlValue& value : row) {
      columns.push_back(is_null(value) ? std::nullopt : std::optional<std::string>(as_text(value)));
    }
    std::string isbn = columns[0].value_or("");
    rows.emplace(std::move(isbn), std::move(columns));
  }
  return rows;
}

// Where a row came from. The live system fills KV under the canonical key, with a new life: then
// that entry is the source of the next run, and says the same of the book.
bool is_provenance(std::string_view column) {
  return column.starts_with("source_") || column == "canonical_metadata" ||
         column == "content_hash" || column == "quality";
}

}  // namespace

std::vector<Violation> check_convergence(const Aftermath& aftermath) {
  if (!aftermath.finished || aftermath.migration.end != migrate::StepEnd::complete) return {};
  scenarios::ReferenceJudge judge;
  std::map<std::string, Columns> expected;
  std::set<std::string> may_be_gone;  // a source of theirs ran out: whether it was seen is luck
  const std::int64_t now = aftermath.world.scheduler().wall().seconds();
  for (const KvRecord& source : aftermath.sources) {
    auto row = judge.expected(source.key, source.value, source.expiration);
    if (!row) continue;
    const std::string isbn = row->at(0).value_or("");
    if (source.expiration && *source.expiration <= now + 120) may_be_gone.insert(isbn);
    const auto standing = expected.find(isbn);
    if (standing == expected.end()) {
      expected.emplace(isbn, std::move(*row));
    } else if (judge.preferred(*row, standing->second)) {
      standing->second = std::move(*row);
    }
  }
  std::vector<Violation> found;
  const auto rows = rows_by_isbn(aftermath, "WHERE origin = 'backfill'");
  const auto live = rows_by_isbn(aftermath, "WHERE origin = 'live'");
  for (const auto& [isbn, columns] : expected) {
    if (aftermath.written.contains(isbn) || may_be_gone.contains(isbn)) continue;
    const auto row = rows.find(isbn);
    if (row == rows.end()) {
      found.push_back(violated("convergence", isbn, "D1 has no row for it"));
      continue;
    }
    for (std::size_t i = 0; i < columns.size(); ++i) {
      const std::string_view name = store::book_columns()[i];
      if (aftermath.played.isolates > 0 && is_provenance(name)) continue;
      if (judge.same(name, columns[i], row->second[i])) continue;
      found.push_back(
          violated("convergence", isbn, std::string(name) + " is not what the source says"));
    }
  }
  for (const auto& [isbn, columns] : rows) {
    if (expected.contains(isbn) || aftermath.written.contains(isbn)) continue;
    found.push_back(violated("convergence", isbn, "D1 has a row that no source gives"));
  }
  for (const auto& [isbn, columns] : live) {
    if (aftermath.written.contains(isbn)) continue;
    found.push_back(violated("convergence", isbn, "D1 has a live row that nobody wrote"));
  }
  return found;
}

}  // namespace cutover::chaos
