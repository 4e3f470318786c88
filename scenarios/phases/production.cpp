// Phases 3 and 4 of the plan: the production cutover with its gradual rollout, and monitoring.

#include <algorithm>
#include <array>
#include <set>

#include "core/books/isbn.h"
#include "core/migrate/tolerances.h"
#include "core/rollout/flag.h"
#include "scenarios/direct_database.h"
#include "scenarios/live/http.h"
#include "scenarios/migration.h"
#include "scenarios/phases/checks.h"
#include "scenarios/phases/phases.h"

namespace cutover::scenarios {
namespace {

using rollout::Phase;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

// The rare books' entries run out before D1 is read, and after everything was migrated.
constexpr Duration production_rare_for = hours(2);
constexpr std::array steps_of_rollout = {5, 25, 50, 100};
constexpr int monitoring_parts = 4;  // the plan: acceptance tests every six hours
constexpr std::size_t suites_with_rare = steps_of_rollout.size() + 1 + monitoring_parts;
constexpr std::size_t unlisted_count = 8;
constexpr std::size_t sample_of_isbns = 200;
constexpr Duration phase_known = seconds(12);
// After a change of the flag, until no isolate acts on the old one (docs/ROLLOUT.md), and a bit.
constexpr Duration flag_known = seconds(75);
constexpr Duration quick_housekeeping = seconds(1);
// A day has 86,400 seconds, and nobody could tell the difference.
constexpr Duration slow_housekeeping = seconds(5);

class Production {
 public:
  Production(const PhasesOptions& options, PhasesResult& result)
      : options_(options),
        result_(result),
        books_(choose_books(options.sources, 5, options.start, production_rare_for)),
        probes_(books_.take_rare(suites_with_rare)),
        contract_(books_.popular.at(1)) {
    StageOptions stage;
    stage.seed = options.seed;
    stage.start = options.start;
    stage.sources = books_.sources;
    LiveBooks unlisted = unlisted_books(options.seed, unlisted_count);
    stage.unlisted = std::move(unlisted.sources);
    unlisted_ = std::move(unlisted.popular);
    stage.crowd.popular = books_.popular;
    stage.crowd.rare = books_.rare;
    stage.crowd.library_per_mille = 100;
    stage.system = live_options();
    stage.requests_per_second = options.requests_per_second;
    stage_.emplace(std::move(stage));
    // The provider has the probes too, which nobody else asks for.
    const std::set<std::string> probes(probes_.begin(), probes_.end());
    for (const KvRecord& record : books_.sources) {
      const std::string isbn = record.key.substr(record.key.rfind(':') + 1);
      if (probes.contains(isbn)) stage_->world().provider().put_book(isbn, record.value);
    }
  }

  void rehearse() {
    apply_schema(stage_->world());
    World& world = stage_->world();
    world.scheduler().history().observe(removals_);
    stage_->play([this](Operator& person) {
      deploy(person);
      if (!migrate(person)) return;
      if (!verify(person)) return;
      if (!roll_out(person)) return;
      monitor(person);
      check_after(person);
    });
    keep_for_thirty_days();
    world.scheduler().history().ignore(removals_);
    result_.shapes = contract_.rows();
    result_.exchanges = contract_.exchanges();
    result_.digests.push_back("production " + world.scheduler().history().digest());
  }

 private:
  bool step(const char* phase, const char* name, std::string expected, std::string seen,
            bool passed) {
    result_.steps.push_back({phase, name, std::move(expected), std::move(seen), passed});
    return passed;
  }

  std::size_t suites(Operator& person, const std::string& when, const std::string& missed,
                     const std::string& source, Duration since) {
    SearchSuiteInput input{when, books_.popular.front(), missed, source, {since, person.now()}};
    std::size_t failed = 0;
    for (auto& cases : {run_search_suite(person, *stage_, input),
                        run_library_suite(person, when, books_.sources)}) {
      for (const SuiteCase& each : cases) failed += each.passed ? 0 : 1;
      result_.suites.insert(result_.suites.end(), cases.begin(), cases.end());
    }
    return failed;
  }
  std::string next_unlisted() { return unlisted_.at(unlisted_used_++); }
  std::string next_probe() { return probes_.at(probes_used_++); }

  // The same requests with the flag off and on. It ends on.
  void look_at_contract(Operator& person, const std::string& when) {
    for (const char* flag : {"false", "true"}) {
      person.set_flag(flag);
      person.wait(flag_known);
      contract_.look(person, when + ", flag " + (flag == std::string_view("true") ? "on" : "off"));
    }
  }

  void deploy(Operator& person) {
    const auto differences = schema_differences(person.isolate());
    step("cutover", "create the production database", "every table, column, check, key and index",
         differences ? std::to_string(differences->size()) + " differences" : "not readable",
         differences && differences->empty());
    const auto flags = person.admin("GET", "/admin/flags");
    const std::string_view percent = json_after(flags.body, "\"effectivePercent\":");
    step("cutover", "deploy with the flag off", "0 % of ISBNs read D1", std::string(percent) + " %",
         percent == "0");
    const Duration began = person.now();
    person.wait(options_.hold);
    const Figures before = stage_->meter().figures({began, person.now()});
    step("cutover", "reads before the cutover", "none from D1, none wrong",
         std::to_string(before.d1_answers) + " from D1, " + std::to_string(before.wrong) +
             " wrong, of " + std::to_string(before.requests),
         before.requests > 0 && before.d1_answers == 0 && before.wrong == 0);
    look_at_contract(person, "kv_only");
    suites(person, "production, kv_only", next_unlisted(), "provider", began);
  }

  bool migrate(Operator& person) {
    if (!person.move("dual_write")) return refused(person, "write to both stores");
    person.wait(phase_known);
    look_at_contract(person, "dual_write");
    suites(person, "production, dual_write", next_unlisted(), "provider", person.now());
    if (!person.move("backfill")) return refused(person, "begin the backfill");
    const Duration began = person.now();
    const bool done = person.migrate();
    step("cutover", "run the production migration beside live traffic", "the run is complete",
         done ? "complete after " + in_words(person.now() - began) : person.refusal(), done);
    look_at_contract(person, "backfill");
    if (!done || !person.move("reconcile")) return refused(person, "reconcile");
    person.wait(phase_known);
    if (!person.migrate() || !person.move("verify")) return refused(person, "verify");
    person.wait(phase_known);
    return true;
  }

  bool refused(const Operator& person, const char* name) {
    return step("cutover", name, "the gate is open", person.refusal(), false);
  }

  bool verify(Operator& person) {
    person.wait(options_.hold);
    look_at_contract(person, "verify");
    suites(person, "production, verify", next_unlisted(), "provider", person.now());
    const auto compared = compare_by_reference(person.isolate(), Provenance::counts);
    step("cutover", "compare by the reference", "nothing missing, differing, extra or unreadable",
         in_words(compared), compared && compared->equal() && compared->entries_with_row > 0);
    if (!step("cutover", "compare by the service", "clean", "", person.compare())) {
      result_.steps.back().seen = person.refusal();
      return false;
    }
    result_.steps.back().seen = "clean";
    const Duration left = production_rare_for + minutes(2) - person.now();
    if (left > Duration{0}) person.wait(left);
    return true;
  }

  bool roll_out(Operator& person) {
    const Duration began = person.now();
    for (const int percent : steps_of_rollout) {
      if (!person.move("d1_reads", percent)) return refused(person, "more percent");
      person.wait(phase_known);
      hold(person, percent, "d1_reads " + std::to_string(percent) + " %");
      if (percent == 50) look_at_contract(person, "d1_reads 50 %");
    }
    if (!person.move("d1")) return refused(person, "d1");
    person.wait(phase_known);
    look_at_contract(person, "d1");
    const std::size_t failed = suites(person, "cutover, d1", next_probe(), "d1", began);
    result_.rollout_series = series_of(stage_->meter(), {began, person.now()}, minutes(1));
    return step("cutover", "run the functional suites on D1", "all cases pass",
                std::to_string(failed) + " failed", failed == 0);
  }

  // One step of the rollout: who reads D1, and how it went.
  void hold(Operator& person, int percent, const std::string& when) {
    RolloutStep rolled;
    rolled.percent = percent;
    rolled.agree = true;
    rolled.grows = true;
    std::set<std::string> reading;
    const std::size_t sample = std::min(sample_of_isbns, books_.popular.size());
    for (std::size_t i = 0; i < sample; ++i) {
      const std::string& isbn = books_.popular[i];
      const bool expected = rollout::is_in(percent, "enable_d1_reads", isbn);
      for (const auto& plan : stage_->plans(books::Isbn::parse(isbn)->isbn)) {
        rolled.agree = rolled.agree && plan.d1_reads == expected;
        if (plan.d1_reads) reading.insert(isbn);
      }
      rolled.grows = rolled.grows && (!reading_.contains(isbn) || reading.contains(isbn));
    }
    reading_ = reading;
    rolled.sampled = static_cast<std::int64_t>(sample);
    rolled.reading_d1 = static_cast<std::int64_t>(reading.size());
    const Duration began = person.now();
    person.wait(options_.hold);
    const std::string probe = next_probe();
    const std::string source =
        rollout::is_in(percent, "enable_d1_reads", probe) ? "d1" : "provider";
    const std::size_t failed = suites(person, "cutover, " + when, probe, source, began);
    rolled.figures = stage_->meter().figures({began, person.now()});
    const Figures& seen = rolled.figures;
    step("cutover", ("hold at " + when).c_str(),
         "sticky, nothing wrong, errors < 0.1 %, p95 < 500 ms, suites pass",
         std::to_string(rolled.reading_d1) + " of " + std::to_string(sample) + " ISBNs read D1, " +
             std::to_string(seen.wrong) + " wrong of " + std::to_string(seen.requests) +
             ", errors " + measured(seen.error_rate, "%") + ", p95 " + measured(seen.p95, "ms") +
             ", " + std::to_string(failed) + " cases failed",
         rolled.agree && rolled.grows && seen.wrong == 0 && seen.error_rate.value_or(1) < 0.1 &&
             seen.p95.value_or(500) < 500 && failed == 0);
    result_.rollout.push_back(std::move(rolled));
  }

  void monitor(Operator& person) {
    stage_->set_housekeeping(slow_housekeeping);
    const double requests =
        options_.requests_per_second * std::chrono::duration<double>(options_.monitoring).count();
    // As many rare books as there are, and never more than one request in fifty.
    const double share = 1000.0 * static_cast<double>(stage_->crowd().rare_left()) / requests;
    stage_->crowd().options().rare_per_mille =
        static_cast<std::uint64_t>(std::clamp(share, 1.0, 20.0));
    began_ = person.now();
    for (int part = 0; part < monitoring_parts; ++part) {
      person.wait(options_.monitoring / monitoring_parts);
      const std::string when = "monitoring, part " + std::to_string(part + 1) + " of 4";
      const std::size_t failed = suites(person, when, next_probe(), "d1", began_);
      contract_.look(person, when);
      step("monitoring", "run the functional suites", "all cases pass",
           std::to_string(failed) + " failed", failed == 0);
    }
    const TimeSpan span{began_, person.now()};
    stage_->set_housekeeping(quick_housekeeping);
    result_.monitoring = stage_->meter().figures(span);
    result_.monitoring_series = series_of(stage_->meter(), span, minutes(15));
    const auto alarm = stage_->meter().first("guard.finding", "", span);
    step("monitoring", "watch the guard", "no finding",
         alarm ? "a finding after " + in_words(*alarm - began_) : "no finding", !alarm);
    step("monitoring", "every answer true", "none wrong",
         std::to_string(result_.monitoring.wrong) + " wrong of " +
             std::to_string(result_.monitoring.requests),
         result_.monitoring.requests > 0 && result_.monitoring.wrong == 0);
  }

  void check_after(Operator& person) {
    const auto compared = compare_by_reference(person.isolate(), Provenance::ignored);
    std::optional<double> completeness;
    if (compared) {
      const auto run = newest_totals(person);
      for (const auto& check : migrate::check_tolerances(run, *compared)) {
        if (check.id == "completeness" && check.known) completeness = check.measured;
      }
    }
    result_.thresholds = check_thresholds(result_.monitoring, completeness);
    const auto after = [this](const char* name, std::string expected, std::string seen, bool ok) {
      result_.post_checks.push_back({"after", name, std::move(expected), std::move(seen), ok});
    };
    const Figures& seen = result_.monitoring;
    after("Error rate <0.1%", "< 0.1 %", measured(seen.error_rate, "%"),
          seen.error_rate && *seen.error_rate < 0.1);
    after("Latency P95 <500ms", "< 500 ms", measured(seen.p95, "ms"), seen.p95 && *seen.p95 < 500);
    after("Cache hit rate >80%", "> 80 %", measured(seen.hit_rate, "%"),
          seen.hit_rate && *seen.hit_rate > 80);
    after("No data inconsistencies detected", "no record differs from its source",
          in_words(compared), compared && compared->equal());
    const auto failing = failing_queries(person.isolate(), "user-1");
    after("All complex queries working", "the plan's three queries, each with its index",
          failing.empty() ? "three of three" : failing.front(), failing.empty());
    const auto cases = run_library_suite(person, "after monitoring", books_.sources);
    const auto failed =
        std::count_if(cases.begin(), cases.end(), [](const auto& each) { return !each.passed; });
    after("User library features operational", "the suite passes, confirmed entries are there",
          std::to_string(failed) + " of " + std::to_string(cases.size()) + " cases failed",
          !cases.empty() && failed == 0);
  }

  static migrate::Totals newest_totals(Operator& person) {
    migrate::Ledger ledger(person.isolate().d1, person.isolate().runtime,
                           person.isolate().telemetry, {});
    const auto run = ledger.newest_run();
    return run && *run ? (**run).totals : migrate::Totals{};
  }

  void keep_for_thirty_days() {
    DirectDatabase d1(stage_->world().d1());
    const auto ask = [&](const char* name, const char* expected, bool allowed, bool has_backup) {
      const auto answer =
          may_clean_up_kv(d1, stage_->world().scheduler().wall(), has_backup, retention_days);
      std::string seen = answer.allowed ? "allowed" : "refused";
      if (!answer.reasons.empty()) seen += ": " + answer.reasons.front();
      result_.retention.push_back(
          {"after", name, expected, std::move(seen), answer.allowed == allowed});
    };
    ask("clean up KV on the day after", "refused", false, true);
    stage_->world().wait(hours(24 * (retention_days - 2)));
    ask("clean up KV a day too early", "refused", false, true);
    stage_->world().wait(hours(24 * 3));
    ask("clean up KV after 30 days without a backup", "refused", false, false);
    ask("clean up KV after 30 days", "allowed", true, true);
    result_.retention.push_back({"after", "book entries that the system removed from KV", "none",
                                 std::to_string(removals_.removed().size()),
                                 removals_.removed().empty()});
  }

  const PhasesOptions& options_;
  PhasesResult& result_;
  LiveBooks books_;
  std::vector<std::string> probes_;
  std::vector<std::string> unlisted_;
  std::size_t probes_used_ = 0;
  std::size_t unlisted_used_ = 0;
  ContractRegression contract_;
  RemovalWatch removals_;
  std::set<std::string> reading_;  // of the sample, at the step before
  Duration began_{0};              // of monitoring
  std::optional<Stage> stage_;
};

}  // namespace

void rehearse_production(const PhasesOptions& options, PhasesResult& result) {
  Production(options, result).rehearse();
}

}  // namespace cutover::scenarios
