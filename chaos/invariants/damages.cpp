// honest_validation: the core's own comparison and tolerances find a clean end clean, and whatever
// was altered on purpose (V01 to V10). The damage is undone afterwards.

#include <algorithm>
#include <optional>
#include <string>

#include "chaos/invariants/sequel.h"
#include "chaos/invariants/tables.h"
#include "core/migrate/tolerances.h"
#include "core/ports/check.h"
#include "scenarios/reference_judge.h"

namespace cutover::chaos {
namespace {

using migrate::Comparison;
using migrate::DifferenceKind;

struct Damage {
  const char* what;
  DifferenceKind kind;
  std::string isbn;
  std::string sql;
  const char* column;  // null: none is named
};

std::optional<Comparison> compare_now(const Aftermath& aftermath) {
  std::optional<Comparison> comparison;
  migrate::ComparisonOptions options;
  options.live_traffic = has_live_traffic(aftermath);
  aftermath.world.invoke("sequel-operator", 0, scenarios::no_limits(),
                         [&](scenarios::Isolate& isolate) {
                           scenarios::ReferenceJudge judge;
                           auto compared = migrate::compare(isolate.kv, isolate.d1, isolate.runtime,
                                                            isolate.telemetry, {}, judge, options);
                           if (compared) comparison = std::move(*compared);
                         });
  return comparison;
}

bool passes(const migrate::Totals& totals, const Comparison& comparison) {
  for (const migrate::ToleranceCheck& check : check_tolerances(totals, comparison)) {
    if (check.id == "unexplained_differences") return check.known && check.passed;
  }
  return false;
}

// Will the entry still be there when the comparison is over?
bool lasts(const Aftermath& aftermath, const std::string& key) {
  constexpr std::int64_t comparison_seconds = 600;
  const fakes::StoredValuePtr entry = aftermath.world.kv().standing(key);
  const std::int64_t now = aftermath.world.scheduler().wall().seconds();
  return entry != nullptr && (!entry->expiration || *entry->expiration > now + comparison_seconds);
}

// Rows that the migration wrote, that say enough, that stand on no shelf, and whose entries last:
// without its entry a row is nothing that a comparison can miss.
std::vector<std::string> victims(const Aftermath& aftermath) {
  std::vector<std::string> isbns;
  for (const SqlRow& row : read_rows(aftermath, R"sql(
      SELECT isbn, source_key FROM Books
      WHERE origin = 'backfill' AND publisher IS NOT NULL AND source_key = 'book:isbn:' || isbn
        AND isbn NOT IN (SELECT isbn FROM UserLibrary)
      ORDER BY content_hash)sql")) {
    if (isbns.size() < 4 && lasts(aftermath, text_of(row[1]))) isbns.push_back(text_of(row[0]));
  }
  return isbns;
}

std::vector<Damage> damages_to(const std::vector<std::string>& isbns) {
  const std::string extra = "9790000000001";  // music: never a book's key
  const auto at = [&](std::size_t i) { return " WHERE isbn = '" + isbns[i] + "'"; };
  return {
      {"a deleted row", DifferenceKind::missing, isbns[0], "DELETE FROM Books" + at(0), nullptr},
      {"a changed title", DifferenceKind::differs, isbns[1],
       "UPDATE Books SET title = title || '.'" + at(1), "title"},
      {"a nulled publisher", DifferenceKind::differs, isbns[2],
       "UPDATE Books SET publisher = NULL" + at(2), "publisher"},
      {"a row of another key", DifferenceKind::wrong_key, isbns[3],
       "UPDATE Books SET source_key = 'search:isbn:isbn=' || isbn" + at(3), nullptr},
      {"an extra row", DifferenceKind::extra, extra,
       "INSERT INTO Books (isbn, title, authors, canonical_metadata, origin) VALUES ('" + extra +
           "', 'extra', '[]', '{}', 'backfill')",
       nullptr},
  };
}

bool is_found(const Damage& damage, const Comparison& comparison) {
  for (const migrate::Difference& difference : comparison.differences) {
    if (difference.isbn != damage.isbn) continue;
    // A row of another key may be told as one whose source_key differs.
    if (damage.kind == DifferenceKind::wrong_key) {
      return difference.kind != DifferenceKind::missing;
    }
    if (difference.kind != damage.kind) continue;
    if (damage.column == nullptr) return true;
    return difference.columns == std::vector<std::string>{damage.column};
  }
  return false;
}

}  // namespace

std::vector<Violation> validate_damages(const Aftermath& aftermath) {
  std::vector<Violation> found;
  const auto report = [&found](std::string_view about, std::string text) {
    found.push_back(violated("honest_validation", about, std::move(text)));
  };
  const migrate::Totals& totals = aftermath.migration.run.totals;
  if (passes({}, {})) report("", "nothing compared with nothing passes");
  const auto clean = compare_now(aftermath);
  if (!clean || !clean->equal()) {
    if (!clean) report("", "the comparison cannot be made");
    if (clean && clean->differences.empty()) report("", "a clean end is found unreadable");
    for (std::size_t i = 0; clean && i < std::min<std::size_t>(3, clean->differences.size()); ++i) {
      const migrate::Difference& difference = clean->differences[i];
      std::string text = "a clean end is found not to be: " + difference.key + " ";
      text += name_of(difference.kind);
      for (const std::string& column : difference.columns) text += " " + column;
      report(difference.isbn, std::move(text));
    }
    return found;
  }
  const std::vector<std::string> isbns = victims(aftermath);
  if (isbns.size() < 4) return found;
  fakes::D1Service& d1 = aftermath.world.d1();
  const std::string image = d1.image();
  const std::vector<Damage> damages = damages_to(isbns);
  for (const Damage& damage : damages) {
    const auto done = d1.connection().run({damage.sql, {}});
    CUTOVER_CHECK(done.has_value(), "the damage itself is valid SQL");
  }
  const auto damaged = compare_now(aftermath);
  d1.restore(image);
  if (!damaged) {
    report("", "the comparison cannot be made");
    return found;
  }
  for (const Damage& damage : damages) {
    if (!is_found(damage, *damaged)) {
      report(damage.isbn, std::string(damage.what) + " is not reported as such");
    }
  }
  for (const migrate::Difference& difference : damaged->differences) {
    const bool done = std::any_of(damages.begin(), damages.end(), [&](const Damage& damage) {
      return damage.isbn == difference.isbn;
    });
    if (done) continue;
    report(difference.isbn, "nobody altered it, and it is reported as " +
                                std::string(name_of(difference.kind)) + " under " + difference.key);
  }
  if (passes(totals, *damaged)) report("", "damaged data pass the tolerances");
  if (!passes(totals, *clean)) report("", "clean data do not pass the tolerances");
  return found;
}

}  // namespace cutover::chaos
