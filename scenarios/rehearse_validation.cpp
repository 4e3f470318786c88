// Steps of verify: every record compared with the reference transform, and the proof that the
// comparison finds what is wrong.

#include "core/migrate/tolerances.h"
#include "core/ports/check.h"
#include "scenarios/reference_judge.h"
#include "scenarios/rehearsal.h"

namespace cutover::scenarios {
namespace {

using migrate::Comparison;
using migrate::ComparisonOptions;

std::optional<Comparison> compare_now(Rehearsal& rehearsal, const ComparisonOptions& options,
                                      std::string& failed) {
  std::optional<Comparison> comparison;
  const MigrationPlan plan = rehearsal.migration_plan();
  rehearsal.world->invoke("operator", 0, no_limits(), [&](Isolate& isolate) {
    ReferenceJudge judge;
    auto compared = migrate::compare(isolate.kv, isolate.d1, isolate.runtime, isolate.telemetry,
                                     plan.options.read, judge, options);
    if (compared) {
      comparison = std::move(*compared);
    } else {
      failed = describe(compared.error());
    }
  });
  return comparison;
}

std::string in_words(const Comparison& comparison) {
  return with_commas(comparison.entries_with_row) + " entries and " + with_commas(comparison.rows) +
         " rows compared: " + with_commas(comparison.missing) + " missing, " +
         with_commas(comparison.differing) + " differing, " + with_commas(comparison.extra) +
         " extra";
}

void add_criteria(Rehearsal& rehearsal, const Comparison& comparison, const StepRecord& step) {
  for (const auto& check : migrate::check_tolerances(rehearsal.migration->run.totals, comparison)) {
    reports::Criterion criterion;
    criterion.id = check.id;
    criterion.name = check.name;
    criterion.threshold = check.threshold;
    if (check.known) criterion.measured = check.measured;
    criterion.unit = check.unit;
    criterion.verdict = !check.known   ? reports::Verdict::unknown
                        : check.passed ? reports::Verdict::pass
                                       : reports::Verdict::fail;
    criterion.note = check.note;
    criterion.limit = check.limit;
    criterion.direction = check.above ? reports::Direction::above : reports::Direction::at_most;
    rehearsal.report.criteria.push_back(std::move(criterion));
    if (check.known) {
      rehearsal.show("R2.11", true,
                     check.name + (check.passed ? ": met, " : ": not met, ") + check.note,
                     step.name());
      if (check.id == "relative_difference") {
        rehearsal.show("R6.1", check.passed, check.note, step.name());
      }
    }
  }
}

// Deliberate damage, and what a comparison must say of it.
struct Damage {
  std::string isbn;
  std::string sql;
  migrate::DifferenceKind kind;
  std::string column;  // empty: none is named
};

bool is_found(const Damage& damage, const Comparison& comparison) {
  for (const migrate::Difference& difference : comparison.differences) {
    if (difference.kind != damage.kind || difference.isbn != damage.isbn) continue;
    if (damage.column.empty()) return true;
    return difference.columns == std::vector<std::string>{damage.column};
  }
  return false;
}

std::vector<std::string> some_isbns(fakes::D1Service& d1) {
  auto found = d1.connection().run(
      {"SELECT isbn FROM Books ORDER BY publisher IS NULL AND description IS NULL, content_hash "
       "LIMIT 3",
       {}});
  CUTOVER_CHECK(found.has_value(), "a migrated database has Books");
  std::vector<std::string> isbns;
  for (const SqlRow& row : found->rows) isbns.emplace_back(as_text(row[0]));
  return isbns;
}

// Whole dumps have neither publisher nor description; a migrated row always has its hash.
std::string nullable_column_with_text(fakes::D1Service& d1, const std::string& isbn) {
  auto found =
      d1.connection().run({"SELECT CASE WHEN publisher IS NOT NULL THEN 'publisher' "
                           "WHEN description IS NOT NULL THEN 'description' "
                           "WHEN published_date IS NOT NULL THEN 'published_date' "
                           "WHEN cover_url IS NOT NULL THEN 'cover_url' ELSE 'content_hash' END "
                           "FROM Books WHERE isbn = ?1",
                           {isbn}});
  CUTOVER_CHECK(found.has_value() && found->rows.size() == 1, "the row was just listed");
  return std::string(as_text(found->rows[0][0]));
}

}  // namespace

void validate_everything(Rehearsal& rehearsal) {
  StepRecord step(rehearsal, "compare every record");
  std::string failed;
  ComparisonOptions whole;
  whole.differences_max = reports::key_list_rows_max;
  const auto full = compare_now(rehearsal, whole, failed);
  ComparisonOptions sampled;
  sampled.one_in = 10;
  const auto sample = full ? compare_now(rehearsal, sampled, failed) : std::nullopt;
  if (!full || !sample) {
    step.end(false, "the comparison could not be made: " + failed);
    return;
  }
  add_criteria(rehearsal, *full, step);
  rehearsal.show("R2.10", full->equal(), "after, all: " + in_words(*full), step.name());
  rehearsal.show("R2.10", sample->equal(),
                 "after, one in ten: " + with_commas(sample->entries_with_row) +
                     " entries compared, " + with_commas(sample->missing + sample->differing) +
                     " different",
                 step.name());
  rehearsal.show("R2.4", full->equal(),
                 "every column equals the reference transform: " + in_words(*full), step.name());
  for (const migrate::Difference& difference : full->differences) {
    std::string detail = difference.isbn;
    for (const std::string& column : difference.columns) detail += " " + column;
    const std::string reason = "comparison_" + std::string(name_of(difference.kind));
    rehearsal.list({difference.key, "compared", reason, detail});
    reports::add_finding(rehearsal.report.rejections, {difference.key, reason, detail},
                         "D1 does not hold what the source says");
  }
  step.end(full->equal() && sample->equal(), in_words(*full));
}

void validate_damage(Rehearsal& rehearsal) {
  StepRecord step(rehearsal, "find deliberate damage");
  fakes::D1Service& d1 = rehearsal.world->d1();
  const std::vector<std::string> isbns = some_isbns(d1);
  if (isbns.size() < 3) {
    step.end(reports::Verdict::unknown, "fewer than three rows: too few to damage");
    return;
  }
  const std::string image = d1.image();
  const std::string column = nullable_column_with_text(d1, isbns[2]);
  const std::string unknown_isbn = "9790000000001";  // music: never a book's key
  using migrate::DifferenceKind;
  const std::vector<Damage> damages = {
      {isbns[0], "DELETE FROM Books WHERE isbn = '" + isbns[0] + "'", DifferenceKind::missing, ""},
      {isbns[1], "UPDATE Books SET title = title || '.' WHERE isbn = '" + isbns[1] + "'",
       DifferenceKind::differs, "title"},
      {isbns[2], "UPDATE Books SET " + column + " = NULL WHERE isbn = '" + isbns[2] + "'",
       DifferenceKind::differs, column},
      {unknown_isbn,
       "INSERT INTO Books (isbn, title, authors, canonical_metadata) VALUES ('" + unknown_isbn +
           "', 'extra', '[]', '{}')",
       DifferenceKind::extra, ""},
  };
  // A book on a shelf cannot be deleted (migrations/0011).
  const auto unshelved = d1.connection().run({"DELETE FROM UserLibrary", {}});
  CUTOVER_CHECK(unshelved.has_value(), "a shelf can be emptied");
  for (const Damage& damage : damages) {
    const auto done = d1.connection().run({damage.sql, {}});
    CUTOVER_CHECK(done.has_value(), "the damage itself is valid SQL");
  }
  std::string failed;
  const auto comparison = compare_now(rehearsal, {}, failed);
  d1.restore(image);
  std::size_t found = 0;
  if (comparison) {
    for (const Damage& damage : damages) found += is_found(damage, *comparison) ? 1 : 0;
  }
  const bool all =
      comparison && found == damages.size() && comparison->differences.size() == damages.size();
  const std::string what = "a deleted row, a changed title, a nulled " + column +
                           " and an extra row: " + std::to_string(found) + " of 4 found and named" +
                           (failed.empty() ? "" : "; " + failed);
  rehearsal.show("R2.10", all, what, step.name());
  step.end(all, what);
}

}  // namespace cutover::scenarios
