#include "chaos/invariants.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <string>

#include <nlohmann/json.hpp>

#include "core/ports/check.h"
#include "core/store/book_statements.h"
#include "scenarios/reference_judge.h"

namespace cutover::chaos {
namespace {

using migrate::Columns;
using migrate::Fate;

std::vector<SqlRow> read(const Aftermath& aftermath, std::string_view sql) {
  auto result = aftermath.world.d1().connection().run({sql, {}});
  CUTOVER_CHECK(result.has_value(), "a world's database has the project's tables");
  return std::move(result->rows);
}

Violation violated(std::string_view invariant, std::string_view about, std::string text) {
  return {std::string(invariant), std::string(about), std::move(text)};
}

bool is_source(std::string_view key) {
  return key.starts_with(books::plan_prefix) || key.starts_with(books::legacy_prefix);
}

// ---- liveness ----

std::vector<Violation> check_liveness(const Aftermath& aftermath) {
  const auto& migration = aftermath.migration;
  if (aftermath.finished) return {};
  return {violated("liveness", "",
                   "the migration was not over two hours after the calm began; last answer: " +
                       std::string(name_of(migration.end)) + " after " +
                       std::to_string(migration.invocations) + " invocations")};
}

// ---- conservation ----

std::vector<Violation> check_conservation(const Aftermath& aftermath) {
  std::vector<Violation> found;
  const auto runs =
      read(aftermath,
           "SELECT run_id, listed, inserted + updated + unchanged + superseded + empty "
           "+ expired + rejected + failed + pending FROM MigrationRuns");
  for (const SqlRow& run : runs) {
    if (as_int(run[1]) == as_int(run[2])) continue;
    found.push_back(violated("conservation", as_text(run[0]),
                             "listed " + std::to_string(as_int(run[1])) + ", but its fates are " +
                                 std::to_string(as_int(run[2]))));
  }
  const auto counted = read(aftermath, R"sql(
      SELECT r.run_id, r.listed,
             (SELECT count(*) FROM MigrationOutcomes o WHERE o.run_id = r.run_id)
      FROM MigrationRuns r)sql");
  for (const SqlRow& run : counted) {
    if (as_int(run[1]) == as_int(run[2])) continue;
    found.push_back(violated("conservation", as_text(run[0]),
                             "listed " + std::to_string(as_int(run[1])) +
                                 " keys, but has outcomes of " + std::to_string(as_int(run[2]))));
  }
  return found;
}

// ---- complete means complete ----

std::vector<Violation> check_complete(const Aftermath& aftermath) {
  const auto newest =
      read(aftermath,
           "SELECT run_id, state, pending, failed FROM MigrationRuns ORDER BY rowid DESC LIMIT 1");
  if (newest.empty() || as_text(newest[0][1]) != "complete") return {};
  std::vector<Violation> found;
  if (as_int(newest[0][2]) + as_int(newest[0][3]) != 0) {
    found.push_back(violated("complete_means_complete", as_text(newest[0][0]),
                             "it says complete with keys that are pending or failed"));
  }
  std::set<std::string> outcomes;
  for (const SqlRow& row : read(aftermath, R"sql(
      SELECT key FROM MigrationOutcomes
      WHERE run_id = (SELECT run_id FROM MigrationRuns ORDER BY rowid DESC LIMIT 1))sql")) {
    outcomes.emplace(as_text(row[0]));
  }
  const std::int64_t now = aftermath.world.scheduler().wall().seconds();
  std::set<std::string> living;
  for (const KvRecord& entry : aftermath.world.kv().entries()) living.insert(entry.key);
  for (const KvRecord& source : aftermath.sources) {
    if (!is_source(source.key) || !living.contains(source.key)) continue;
    if (outcomes.contains(source.key)) continue;
    // The entry has ended; what lives under its key was written by live traffic, D1 first.
    if (source.expiration && *source.expiration <= now) continue;
    found.push_back(violated("complete_means_complete", source.key,
                             "the key was there all the time, and the run never saw it"));
  }
  return found;
}

// ---- convergence ----

std::map<std::string, Columns> rows_by_isbn(const Aftermath& aftermath, std::string_view where) {
  std::string sql = "SELECT ";
  for (const std::string_view column : store::book_columns()) {
    sql.append("CAST(").append(column).append(" AS TEXT),");
  }
  sql.back() = ' ';
  sql.append("FROM Books ").append(where);
  std::map<std::string, Columns> rows;
  for (const SqlRow& row : read(aftermath, sql)) {
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

// ---- no lost update ----

std::vector<Violation> check_lost_updates(const Aftermath& aftermath) {
  std::map<std::string, std::int64_t> newest;
  for (const Acknowledged& write : aftermath.acknowledged) {
    std::int64_t& time = newest[write.isbn];
    time = std::max(time, write.source_time);
  }
  std::map<std::string, std::pair<bool, std::int64_t>> standing;
  for (const SqlRow& row :
       read(aftermath, "SELECT isbn, origin = 'live', source_time FROM Books")) {
    standing[std::string(as_text(row[0]))] = {as_int(row[1]) != 0, as_int(row[2])};
  }
  std::vector<Violation> found;
  for (const auto& [isbn, time] : newest) {
    const auto row = standing.find(isbn);
    if (row == standing.end()) {
      found.push_back(violated("no_lost_update", isbn, "a live row that D1 confirmed is gone"));
    } else if (!row->second.first || row->second.second < time) {
      found.push_back(violated("no_lost_update", isbn,
                               "a live row that D1 confirmed was replaced by an older value"));
    }
  }
  return found;
}

// ---- same answer ----

// Titles as JSON, by ISBN: what any tier may have held.
std::map<std::string, std::set<std::string>> possible_titles(const Aftermath& aftermath) {
  std::map<std::string, std::set<std::string>> titles;
  scenarios::ReferenceJudge judge;
  const auto& columns = store::book_columns();
  const auto title_at = static_cast<std::size_t>(
      std::find(columns.begin(), columns.end(), "title") - columns.begin());
  const auto as_json = [](const std::string& title) {
    return title.empty() ? "null" : nlohmann::json(title).dump();
  };
  for (const KvRecord& source : aftermath.sources) {
    const auto row = judge.expected(source.key, source.value, source.expiration);
    if (row) titles[row->at(0).value_or("")].insert(as_json(row->at(title_at).value_or("")));
  }
  for (const auto& [isbn, written] : aftermath.written) {
    for (const std::string& title : written) titles[isbn].insert(as_json(title));
  }
  return titles;
}

std::vector<Violation> check_answers(const Aftermath& aftermath) {
  if (aftermath.live.answers.empty()) return {};
  std::vector<Violation> found;
  const auto titles = possible_titles(aftermath);
  for (const Answered& answer : aftermath.live.answers) {
    if (answer.status != 200) continue;
    const auto possible = titles.find(answer.isbn);
    if (possible != titles.end() && possible->second.contains(answer.title)) continue;
    found.push_back(violated("true_answers", answer.isbn,
                             "answered with title " + answer.title + ", which no tier ever had"));
  }
  return found;
}

std::vector<Violation> check_health(const Aftermath& aftermath) {
  const Duration healthy =
      std::chrono::seconds(aftermath.played.storm_seconds) + std::chrono::seconds(60);
  std::vector<Violation> found;
  for (const Answered& answer : aftermath.live.answers) {
    if (answer.status == 500) {
      found.push_back(violated("health", answer.isbn, "answered 500"));
    } else if (answer.status > 500 && answer.asked >= healthy) {
      found.push_back(violated(
          "health", answer.isbn,
          "answered " + std::to_string(answer.status) + " a minute and more after the calm began"));
    }
  }
  return found;
}

// ---- no lost library ----

std::vector<Violation> check_libraries(const Aftermath& aftermath) {
  if (aftermath.live.shelves.empty()) return {};
  std::map<std::pair<std::string, std::string>, std::string> standing;
  for (const SqlRow& row : read(aftermath, "SELECT user_id, isbn, status FROM UserLibrary")) {
    standing[{std::string(as_text(row[0])), std::string(as_text(row[1]))}] = as_text(row[2]);
  }
  std::vector<Violation> found;
  for (const auto& [entry, note] : aftermath.live.shelves) {
    const auto row = standing.find(entry);
    if (row == standing.end()) {
      if (!note.confirmed) continue;
      found.push_back(violated("no_lost_library", entry.first + " " + entry.second,
                               "an entry that was confirmed is gone"));
    } else if (!note.statuses.contains(row->second)) {
      found.push_back(violated("no_lost_library", entry.first + " " + entry.second,
                               "has status " + row->second + ", which nobody gave it"));
    }
  }
  return found;
}

constexpr std::array<Invariant, 8> all = {{
    {"liveness", "after the calm the migration ends within a bound", check_liveness},
    {"conservation", "every listed key ends in exactly one fate, and the fates add up",
     check_conservation},
    {"true_answers", "every answer is a value that some tier held for this ISBN", check_answers},
    {"health", "no answer is a 500, and after the calm every search is answered", check_health},
    {"no_lost_library", "a user's entry never disappears", check_libraries},
    {"complete_means_complete", "a run that says complete saw every key and left none pending",
     check_complete},
    {"convergence", "D1 is what the reference transform makes of the sources", check_convergence},
    {"no_lost_update", "a newer value in D1 is never replaced by an older one", check_lost_updates},
}};

}  // namespace

std::span<const Invariant> invariants() {
  return all;
}

std::vector<Violation> judge(const Aftermath& aftermath) {
  std::vector<Violation> found;
  for (const Invariant& invariant : all) {
    auto violations = invariant.check(aftermath);
    found.insert(found.end(), violations.begin(), violations.end());
  }
  return found;
}

}  // namespace cutover::chaos
