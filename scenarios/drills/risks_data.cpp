// Risks of the data and the schema, drilled while nobody reads: data loss, a script that is cut
// short, records that are left out, a flawed schema, a query without its index.

#include <algorithm>

#include "core/store/plan_queries.h"
#include "reports/figures.h"
#include "scenarios/drills/data_stand.h"
#include "scenarios/drills/drill.h"
#include "scenarios/phases/checks.h"

namespace cutover::scenarios {
namespace {

using migrate::Begin;

std::function<bool(const sim::Process&, const sim::Call&)> migrators(std::string_view site) {
  return [site](const sim::Process& process, const sim::Call& call) {
    return process.role() == "migrator" && (site.empty() || call.site == site);
  };
}

std::string count(std::int64_t number, const char* what) {
  return std::to_string(number) + " " + what;
}

// Ten entries are deleted with their rows; of others the row alone is deleted or changed.
void damage(DataStand& stand) {
  const auto rows = stand.world().d1().connection().run(
      {"SELECT isbn, source_key FROM Books WHERE source_key LIKE 'book:isbn:%' ORDER BY isbn "
       "LIMIT 18",
       {}});
  if (!rows) return;
  for (std::size_t i = 0; i < rows->rows.size(); ++i) {
    const std::string isbn(as_text(rows->rows[i][0]));
    if (i < 10) {
      std::vector<KvRecord> left = stand.world().kv().entries();
      const std::string key(as_text(rows->rows[i][1]));
      std::erase_if(left, [&key](const KvRecord& record) { return record.key == key; });
      stand.world().kv().restore(left);
    }
    const bool changes = i >= 15;
    stand.sql(changes ? "UPDATE Books SET title = 'spoilt' WHERE isbn = '" + isbn + "'"
                      : "DELETE FROM Books WHERE isbn = '" + isbn + "'");
  }
}

constexpr auto repair_of_year = "CREATE INDEX idx_books_year ON Books(publication_year);";

std::vector<std::string> plan_of_years(DataStand& stand) {
  std::vector<std::string> lines;
  stand.in_copy([&](Isolate& isolate) {
    const auto queries = store::plan_queries(store::QueryForm::corrected, {"user-1"});
    const auto plan = store::explain(isolate.d1, queries.at(1));
    if (plan) lines = *plan;
  });
  return lines;
}

std::vector<std::string> failing(DataStand& stand) {
  std::vector<std::string> names;
  stand.in_copy([&](Isolate& isolate) { names = failing_queries(isolate, "user-1"); });
  return names;
}

std::optional<std::vector<std::string>> schema_of(DataStand& stand) {
  std::optional<std::vector<std::string>> differences;
  stand.world().invoke("auditor", 1, no_limits(),
                       [&](Isolate& isolate) { differences = schema_differences(isolate); });
  return differences;
}

}  // namespace

Seen drill_data_loss(Play play, std::uint64_t seed) {
  const Undisturbed undisturbed = undisturbed_migration(seed);
  DataStand stand(seed);
  KvCopy backup;
  const bool has_backup = play != Play::unmitigated && stand.back_up(backup);
  if (play != Play::control) {
    sim::Decision lost(sim::Ending::answer_lost, FailureKind::connection_lost);
    stand.troubles().begin({"answers are lost", migrators("d1.batch"), lost, 1, 3});
    stand.troubles().begin({"kills", migrators(""), sim::Ending::killed_after, 1, 25});
  }
  const MigrationResult first = stand.migrate();
  stand.troubles().end_all();
  Seen seen;
  seen.mitigated = first.complete() && stand.state().books == undisturbed.state.books;
  if (play != Play::control) damage(stand);
  const auto compared = stand.compare();
  const std::int64_t gone = has_backup ? stand.differences_from(backup) : 0;
  seen.detected = gone > 0 || (compared && !compared->equal());
  bool restored = true;
  if (seen.detected && has_backup) restored = stand.restore(backup);
  const MigrationResult again = seen.detected ? stand.migrate() : first;
  const auto after = stand.compare();
  seen.contingency_worked = restored && again.complete() && after && after->equal();
  seen.recovered = end_state(stand.world()) == undisturbed.end;
  seen.what = reports::counted(static_cast<std::uint64_t>(first.kills), "kill") +
              " survived; then " +
              count(compared ? compared->missing + compared->differing : -1,
                    "records found missing or changed in D1, ") +
              count(gone, "in KV; after the repair ") + in_words(after);
  return seen;
}

Seen drill_migration_timeout(Play play, std::uint64_t seed) {
  const Undisturbed undisturbed = undisturbed_migration(seed);
  DataStand stand(seed);
  MigrationPlan plan = DataStand::plan();
  if (play != Play::control) {
    plan.invocation = {1000, 200, 60, std::chrono::minutes(15)};
    stand.troubles().begin({"kills", migrators(""), sim::Ending::killed_before, 1, 60});
  }
  plan.invocations_max = 200;
  MigrationResult result;
  Duration first_end{0};
  plan.progress = [&](const migrate::Run&) {
    if (first_end == Duration{0}) first_end = stand.world().scheduler().now();
  };
  if (play == Play::unmitigated) {
    // Each invocation begins anew, as a script without checkpoints does.
    plan.invocations_max = 1;
    for (int i = 0; i < 30 && !result.complete(); ++i) {
      result = migrate_all(stand.world(), plan, Begin::fresh);
    }
  } else {
    result = migrate_all(stand.world(), plan, Begin::fresh);
  }
  Seen seen;
  seen.detected = result.invocations > 1;
  if (seen.detected) seen.detected_after = first_end;
  seen.mitigated = result.failures == 0;
  seen.contingency_worked = result.complete();
  seen.recovered = stand.state() == undisturbed.state;
  seen.what = reports::counted(static_cast<std::uint64_t>(result.invocations), "invocation") +
              ", " + count(result.kills, "of them killed; ") + "the run is " +
              std::string(name_of(result.end)) + " with " +
              count(result.run.totals.listed, "keys listed");
  return seen;
}

Seen drill_incomplete_migration(Play play, std::uint64_t seed) {
  const Undisturbed undisturbed = undisturbed_migration(seed);
  DataStand stand(seed);
  const auto entries = stand.world().kv().entries();
  if (play != Play::control) {
    // The bulk reads that begin with these keys: two chunks of twenty.
    const std::string one = entries.at(50).key;
    const std::string other = entries.at(150).key;
    stand.troubles().begin({"unreadable",
                            [one, other](const sim::Process&, const sim::Call& call) {
                              return call.site == "kv.get_many" &&
                                     (call.key == one || call.key == other);
                            },
                            refused()});
  }
  const MigrationResult first = stand.migrate();
  stand.troubles().end_all();
  Seen seen;
  const bool looks = play != Play::unmitigated;
  const auto compared = looks ? stand.compare() : std::nullopt;
  const std::int64_t failed = first.run.totals[migrate::Fate::failed];
  seen.detected = looks && (!first.complete() || (compared && compared->missing > 0));
  // The run does not claim to be complete, and names as many keys as the comparison finds missing.
  seen.mitigated = !first.complete() == (failed > 0) && compared && compared->missing <= failed;
  MigrationResult again = first;
  if (seen.detected) again = stand.migrate();
  const auto after = stand.compare();
  seen.contingency_worked = again.complete() && after && after->equal();
  seen.recovered = end_state(stand.world()) == undisturbed.end;
  seen.what = "the run is " + std::string(name_of(first.end)) + ", " +
              count(failed, "keys failed, ") +
              count(compared ? compared->missing : 0, "found missing; after another run ") +
              in_words(after);
  return seen;
}

Seen drill_schema_flaw(Play play, std::uint64_t seed) {
  const Undisturbed undisturbed = undisturbed_migration(seed);
  DataStand stand(seed);
  if (play != Play::control) {
    stand.sql("ALTER TABLE Books DROP COLUMN publisher");
    stand.sql("DROP INDEX idx_books_year");
  }
  Seen seen;
  const bool looks = play != Play::unmitigated;
  const auto before = looks ? schema_of(stand) : std::nullopt;
  seen.detected = before && !before->empty();
  // Nothing was migrated into the flawed schema.
  seen.mitigated = looks;
  bool repaired = true;
  if (seen.detected) {
    repaired = stand.apply_repair("ALTER TABLE Books ADD COLUMN publisher TEXT; " +
                                  std::string(repair_of_year));
  }
  MigrationPlan plan = DataStand::plan();
  plan.failures_max = 3;
  const MigrationResult result = migrate_all(stand.world(), plan, Begin::fresh);
  const auto after = schema_of(stand);
  seen.contingency_worked = repaired && result.complete() && after && after->empty();
  // Of a table that lacks a column nothing can be compared.
  seen.recovered = after && after->empty() && stand.state() == undisturbed.state;
  seen.what = reports::counted(before ? before->size() : 0, "difference") + " found" +
              (before && !before->empty() ? " (" + before->front() + ")" : "") + "; then " +
              (after ? reports::counted(after->size(), "difference") : "the schema was not read") +
              "; the migration is " + std::string(name_of(result.end));
  return seen;
}

Seen drill_slow_query(Play play, std::uint64_t seed) {
  DataStand stand(seed);
  stand.migrate();
  const auto before = plan_of_years(stand);
  if (play != Play::control) stand.sql("DROP INDEX idx_books_year");
  Seen seen;
  const bool looks = play != Play::unmitigated;
  const auto found = looks ? failing(stand) : std::vector<std::string>{};
  seen.detected = !found.empty();
  seen.mitigated = !seen.detected || found.size() == 1;  // it names the one query
  const bool repaired = !seen.detected || stand.apply_repair(repair_of_year);
  seen.contingency_worked = repaired && failing(stand).empty();
  seen.recovered = plan_of_years(stand) == before;
  seen.what = found.empty() ? "every query uses its index"
                            : found.front() + "; after the repair " + plan_of_years(stand).front();
  return seen;
}

}  // namespace cutover::scenarios
