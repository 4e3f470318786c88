#include "scenarios/drills/provocations.h"

#include <algorithm>
#include <functional>
#include <set>
#include <utility>

#include "core/migrate/ledger.h"
#include "core/migrate/tolerances.h"
#include "scenarios/drills/drill.h"
#include "scenarios/generate.h"
#include "scenarios/live/live_books.h"
#include "scenarios/live/operator.h"
#include "scenarios/migration.h"
#include "scenarios/phases/checks.h"
#include "scenarios/phases/suites.h"
#include "scenarios/phases/thresholds.h"

namespace cutover::scenarios {
namespace {

using rollout::Phase;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr Duration watched = minutes(6);
constexpr std::uint64_t popular_books = 150;
constexpr std::uint64_t rare_books = 150;

struct Provocation {
  std::string row;
  std::string how;
  std::function<void(StageOptions&)> before;     // of the stage; may be empty
  std::function<void(Stage&, Operator&)> start;  // once D1 is read; may be empty
  std::function<void(Stage&)> damage = nullptr;  // after the watch; may be empty
};

void sql(Stage& stage, const std::string& text) {
  (void)stage.world().d1().connection().run({text, {}});
}

std::function<void(Stage&, Operator&)> trouble(Trouble what) {
  return [what](Stage& stage, Operator&) { stage.troubles().begin(what); };
}

std::vector<Provocation> provocations() {
  const auto reads_of = [](std::function<bool(const std::string&)> is_meant) {
    return [is_meant = std::move(is_meant)](const sim::Process&, const sim::Call& call) {
      return call.site == "kv.get" && call.key.starts_with("book:isbn:") &&
             is_meant(call.key.substr(10));
    };
  };
  const auto any = [](const std::string&) { return true; };
  return {
      {"", "none", nullptr, nullptr},
      {"d1_queries", "the flag is false", nullptr,
       [](Stage&, Operator& person) {
         person.set_flag("false");
         person.wait(seconds(75));
       }},
      {"d1_p95", "each D1 call takes 120 ms more", nullptr,
       trouble({"slow D1", calls_of(Service::d1), late_by(milliseconds(120))})},
      {"hit_rate", "one request in four asks for a book that nobody has", nullptr,
       [](Stage& stage, Operator&) { stage.crowd().options().unknown_per_mille = 250; }},
      {"error_rate",
       "three requests of a thousand ask for a book that nobody has, and the "
       "provider fails",
       nullptr,
       [](Stage& stage, Operator&) {
         stage.crowd().options().unknown_per_mille = 3;
         stage.world().provider().fail_between(Duration{0}, Duration::max(),
                                               fakes::ProviderTrouble::backend_failed);
       }},
      {"api_p95", "8 of 100 reads of KV take 600 ms more", nullptr,
       trouble({"slow KV", reads_of(any), late_by(milliseconds(600)), 8, 100})},
      {"completeness", "2 % of the entries are no JSON",
       [](StageOptions& options) {
         for (std::uint64_t i = 0; i < 8; ++i) {
           options.sources.push_back(
               {"book:isbn:" + isbn13_of(700'000'000 + i), "no JSON", std::nullopt, ""});
         }
       },
       nullptr},
      {"p50_cached", "each read of KV takes 150 ms more", nullptr,
       trouble({"slower KV", reads_of(any), late_by(milliseconds(150))})},
      {"p50_d1", "KV takes 300 ms more to say that it does not have a rare book", nullptr,
       [reads_of](Stage& stage, Operator&) {
         const auto& rare = stage.options().crowd.rare;
         const std::set<std::string> names(rare.begin(), rare.end());
         stage.troubles().begin({"slow misses", reads_of([names](const std::string& isbn) {
                                   return names.contains(isbn);
                                 }),
                                 late_by(milliseconds(300))});
       }},
      {"d1_success", "one of ten writes of cache metrics fails", nullptr,
       trouble({"metrics fail", calls_about(Service::d1, "CacheMetrics"), refused(), 1, 10})},
      {"inconsistencies", "a title is changed in D1 behind everybody's back", nullptr, nullptr,
       [](Stage& stage) {
         sql(stage, "UPDATE Books SET title = title || '!' WHERE isbn = '" +
                        stage.options().crowd.popular.front() + "'");
       }},
      {"queries", "the index behind books by year is gone", nullptr, nullptr,
       [](Stage& stage) { sql(stage, "DROP INDEX idx_books_year"); }},
      {"library", "a trigger forgets the rating of what is added to a shelf", nullptr, nullptr,
       [](Stage& stage) {
         sql(stage,
             "CREATE TRIGGER forget AFTER INSERT ON UserLibrary BEGIN "
             "UPDATE UserLibrary SET rating = NULL WHERE id = NEW.id; END");
       }},
  };
}

std::optional<double> completeness(Operator& person, const migrate::Comparison& compared) {
  Isolate& isolate = person.isolate();
  migrate::Ledger ledger(isolate.d1, isolate.runtime, isolate.telemetry, {});
  const auto run = ledger.newest_run();
  if (!run || !*run) return std::nullopt;
  for (const auto& check : migrate::check_tolerances((**run).totals, compared)) {
    if (check.id == "completeness" && check.known) return check.measured;
  }
  return std::nullopt;
}

ProvocationRow provoke(const Provocation& provocation, std::uint64_t seed) {
  StageOptions options;
  options.seed = seed;
  LiveBooks books = live_books(seed, popular_books, rare_books, options.start, rare_for);
  options.sources = std::move(books.sources);
  options.crowd.popular = std::move(books.popular);
  options.crowd.rare = std::move(books.rare);
  options.system = live_options();
  options.requests_per_second = 6;
  options.housekeeping = seconds(4);  // nothing here depends on when the guard looks
  if (provocation.before) provocation.before(options);
  Stage stage(std::move(options));
  apply_schema(stage.world());
  ProvocationRow row{provocation.row, provocation.how, {}};
  stage.play([&](Operator& person) {
    if (!person.advance_to(Phase::d1)) row.red.push_back("cutover: " + person.refusal());
    if (person.now() < rare_for + seconds(10)) person.wait(rare_for + seconds(10) - person.now());
    stage.crowd().options().rare_per_mille = 25;
    person.wait(seconds(70));
    if (provocation.start) provocation.start(stage, person);
    const Duration began = person.now();
    person.wait(watched);
    const Figures figures = stage.meter().figures({began, person.now()});
    if (provocation.damage) provocation.damage(stage);
    const auto compared = compare_by_reference(person.isolate(), Provenance::ignored);
    const auto complete = compared ? completeness(person, *compared) : std::nullopt;
    for (const ThresholdRow& threshold : check_thresholds(figures, complete)) {
      if (threshold.known() && !threshold.met()) row.red.push_back(threshold.id);
    }
    if (!compared || !compared->equal()) row.red.emplace_back("inconsistencies");
    if (!failing_queries(person.isolate(), "user-1").empty()) row.red.emplace_back("queries");
    const auto cases = run_library_suite(person, "after", stage.options().sources);
    if (!std::all_of(cases.begin(), cases.end(), [](const auto& each) { return each.passed; })) {
      row.red.emplace_back("library");
    }
  });
  return row;
}

}  // namespace

std::vector<ProvocationRow> run_provocations(std::uint64_t seed) {
  std::vector<ProvocationRow> rows;
  for (const Provocation& each : provocations()) rows.push_back(provoke(each, seed));
  return rows;
}

}  // namespace cutover::scenarios
