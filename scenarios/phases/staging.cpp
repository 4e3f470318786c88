// Phases 1 and 2 of the plan, in a world of their own: staging, and the migration there first.

#include "core/migrate/backup.h"
#include "scenarios/live/http.h"
#include "scenarios/live/kv_copy.h"
#include "scenarios/migration.h"
#include "scenarios/phases/checks.h"
#include "scenarios/phases/phases.h"

namespace cutover::scenarios {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

constexpr Duration staging_rare_for = std::chrono::hours(3);
constexpr double load_test_rate = 10;  // requests a second: ten users, each one a second
constexpr std::size_t spot_checks = 20;

// The order in which the stores took one book (R6.3): by the history, never by clocks.
class WriteOrder final : public sim::HistoryObserver {
 public:
  explicit WriteOrder(const std::string& isbn) : key_("book:isbn:" + isbn) {}
  void happened(const sim::EventView& event) override {
    if (event.kind != sim::EventKind::call || event.result != "ok") return;
    if (event.what.starts_with("d1.") && event.key == "INSERT Books") order_ += "D1 ";
    if (event.what == "kv.put" && event.key == key_) order_ += "KV ";
  }
  [[nodiscard]] const std::string& order() const { return order_; }

 private:
  std::string key_;
  std::string order_;
};

class Staging {
 public:
  Staging(const PhasesOptions& options, PhasesResult& result)
      : result_(result), books_(choose_books(options.sources, 5, options.start, staging_rare_for)) {
    StageOptions stage;
    stage.seed = options.seed;
    stage.start = options.start;
    stage.sources = books_.sources;
    LiveBooks unlisted = unlisted_books(options.seed, 3);
    stage.unlisted = std::move(unlisted.sources);
    unlisted_ = std::move(unlisted.popular);
    stage.crowd.popular = books_.popular;
    stage.crowd.library_per_mille = 100;
    stage.system = live_options();
    stage.requests_per_second = 0;
    stage_.emplace(std::move(stage));
  }

  void rehearse() {
    apply_schema(stage_->world());
    stage_->play([this](Operator& person) {
      deploy(person);
      test(person);
      load_test(person);
      back_up(person);
      migrate(person);
      validate(person);
      write_flow(person);
    });
    result_.digests.push_back("staging " + stage_->world().scheduler().history().digest());
  }

 private:
  void step(const char* phase, const char* name, std::string expected, std::string seen,
            bool passed) {
    result_.steps.push_back({phase, name, std::move(expected), std::move(seen), passed});
  }

  void deploy(Operator& person) {
    const auto differences = schema_differences(person.isolate());
    step("staging", "deploy the schema", "every table, column, check, key and index",
         differences ? std::to_string(differences->size()) + " differences" : "not readable",
         differences && differences->empty());
    const auto health = person.send(get_request("/health"));
    step("staging", "deploy the code", "health answers 200, not degraded",
         std::to_string(health.status) + ", degraded " +
             std::string(json_after(health.body, "\"degraded\":")),
         health.status == 200 && json_after(health.body, "\"degraded\":") == "false");
    const auto flags = person.admin("GET", "/admin/flags");
    const std::string_view percent = json_after(flags.body, "\"effectivePercent\":");
    step("staging", "the flag is off", "0 % of ISBNs read D1", std::string(percent) + " %",
         percent == "0");
  }

  std::size_t suites(Operator& person, const std::string& when, const std::string& missed) {
    SearchSuiteInput input;
    input.when = when;
    input.popular = books_.popular.front();
    input.missed = missed;
    input.missed_source = "provider";
    input.traffic = {person.now(), person.now()};
    std::size_t failed = 0;
    for (auto& cases : {run_search_suite(person, *stage_, input),
                        run_library_suite(person, when, books_.sources)}) {
      for (const SuiteCase& each : cases) failed += each.passed ? 0 : 1;
      result_.suites.insert(result_.suites.end(), cases.begin(), cases.end());
    }
    return failed;
  }

  void test(Operator& person) {
    const std::size_t failed = suites(person, "staging, before the migration", unlisted_.front());
    step("staging", "run the functional suites", "all cases pass",
         std::to_string(failed) + " failed", failed == 0);
  }

  void load_test(Operator& person) {
    const Duration began = person.now();
    stage_->set_requests_per_second(load_test_rate);
    person.wait(minutes(1) + seconds(2));
    stage_->set_requests_per_second(0);
    person.wait(seconds(10));
    const Figures figures = stage_->meter().figures({began, person.now()});
    step("staging", "load test, 10 users for a minute", "p95 < 500 ms, errors < 1 %, none wrong",
         std::to_string(figures.requests) + " requests, p95 " + measured(figures.p95, "ms") +
             ", errors " + measured(figures.error_rate, "%") + ", " +
             std::to_string(figures.wrong) + " wrong",
         figures.requests > 300 && figures.p95.value_or(500) < 500 &&
             figures.error_rate.value_or(1) < 1 && figures.wrong == 0);
  }

  void back_up(Operator& person) {
    Isolate& isolate = person.isolate();
    KvCopy copy;
    const auto made = migrate::back_up(isolate.kv, isolate.runtime, isolate.telemetry, {}, copy);
    std::optional<migrate::EntryComparison> compared;
    if (made) {
      const auto result =
          migrate::compare_entries(isolate.kv, isolate.runtime, isolate.telemetry, {}, copy);
      if (result) compared = *result;
    }
    step("migration", "back up KV", "every entry is in the backup as it stands in KV",
         compared ? std::to_string(compared->compared) + " entries, " +
                        std::to_string(compared->different) + " differ"
                  : "not made",
         compared && compared->compared > 0 && compared->different == 0);
  }

  void migrate(Operator& person) {
    const bool ready = person.move("dual_write") && person.move("backfill");
    EstimatedMigration done;
    if (ready) done = migrate_with_estimate(person, *stage_);
    step("migration", "dry run", "writes nothing", done.dry_run_wrote ? "it wrote" : "no write",
         ready && !done.dry_run_wrote);
    const auto status = person.admin("GET", "/admin/migration-status");
    const std::string state(json_after(status.body, "\"state\":"));
    step("migration", "migrate on staging", "the run is complete",
         done.complete ? state : person.refusal(), done.complete && state == "\"complete\"");
    for (const EstimateRow& row : done.rows) {
      step("migration", "the forecast was useful", row.what + " within a factor of 2",
           measured(row.estimated, row.unit) + " expected, " + measured(row.actual, row.unit) +
               " seen",
           row.useful());
    }
    result_.estimate = done.rows;
  }

  void validate(Operator& person) {
    const auto compared = compare_by_reference(person.isolate(), Provenance::counts);
    step("migration", "validate every record", "nothing missing, differing, extra or unreadable",
         in_words(compared), compared && compared->equal() && compared->entries_with_row > 0);
    std::vector<std::string> some(
        books_.popular.begin(), books_.popular.begin() + static_cast<std::ptrdiff_t>(std::min(
                                                             spot_checks, books_.popular.size())));
    const std::size_t truthful = truthful_answers(person, *stage_, some);
    step("migration", "manual spot checks",
         std::to_string(some.size()) + " books as they should be", std::to_string(truthful),
         truthful == some.size());
    const auto rows = stage_->world().d1().connection().run({"SELECT COUNT(*) FROM Books", {}});
    const std::int64_t count = rows && !rows->rows.empty() ? as_int(rows->rows[0][0]) : -1;
    // Of the provider's own books the first was asked for before, so the cache had it.
    const auto expected = static_cast<std::int64_t>(stage_->oracle().books().size()) -
                          static_cast<std::int64_t>(unlisted_.size() - 1);
    step("migration", "count the rows of D1", std::to_string(expected) + " books of the sources",
         std::to_string(count), count == expected);
    const std::size_t failed = suites(person, "staging, after the migration", unlisted_.at(1));
    step("migration", "run the functional suites again", "all cases pass",
         std::to_string(failed) + " failed", failed == 0);
  }

  // Nobody else asks, so the writes are of this one book.
  void write_flow(Operator& person) {
    const std::string& isbn = unlisted_.back();
    sim::History& history = stage_->world().scheduler().history();
    WriteOrder order(isbn);
    history.observe(order);
    const auto answer = person.search(isbn);
    person.wait(seconds(35));  // deferred work is done then
    history.ignore(order);
    step("migration", "write flow: a book that only the provider has", "200; D1, then KV",
         std::to_string(answer.status) + "; " + order.order(),
         answer.status == 200 && order.order() == "D1 KV ");
  }

  PhasesResult& result_;
  LiveBooks books_;
  std::vector<std::string> unlisted_;
  std::optional<Stage> stage_;
};

}  // namespace

void rehearse_staging(const PhasesOptions& options, PhasesResult& result) {
  Staging(options, result).rehearse();
}

}  // namespace cutover::scenarios
