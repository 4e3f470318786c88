// Risks of the running system, drilled under traffic: slow reads, D1 that is not there, a cache
// that tells old things, a version that breaks the contract.

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "core/rollout/flag.h"
#include "scenarios/drills/drill.h"
#include "scenarios/live/http.h"
#include "scenarios/live/live_books.h"
#include "scenarios/live/operator.h"
#include "scenarios/migration.h"
#include "scenarios/phases/checks.h"
#include "scenarios/phases/contract_regression.h"

namespace cutover::scenarios {
namespace {

using rollout::Phase;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

// Twice refresh_after and a look of the guard: until every isolate follows (docs/ROLLOUT.md).
constexpr Duration followed = seconds(14);

StageOptions stage_options(std::uint64_t seed, std::uint64_t rare) {
  StageOptions options;
  options.seed = seed;
  LiveBooks books = live_books(seed, 80, rare, options.start, rare_for);
  options.sources = std::move(books.sources);
  options.crowd.popular = std::move(books.popular);
  options.crowd.rare = std::move(books.rare);
  options.system = live_options();
  options.requests_per_second = 8;
  return options;
}

// The guard never finds anything, and no breaker opens: as if neither were there.
void without_guard(api::SystemOptions& options) {
  options.rollout.guard = {101, hours(1), 101, INT64_MAX, INT64_MAX, 20};
  options.d1_breaker.failure_percent = 100;
  options.d1_breaker.slow_percent = 100;
}

// D1 is read for every book, and the rare ones' entries have run out of KV.
bool stand_at_d1(Operator& person, Stage& stage, std::uint64_t rare_per_mille) {
  const bool there = person.advance_to(Phase::d1);
  if (person.now() < rare_for + seconds(10)) person.wait(rare_for + seconds(10) - person.now());
  stage.crowd().options().rare_per_mille = rare_per_mille;
  person.wait(seconds(20));
  return there;
}

Trouble d1_is_slow() {
  return {"D1 is slow", calls_about(Service::d1, "SELECT Books"), late_by(seconds(2))};
}

// How long after `began` the last answer came that took a second and more.
Duration last_slow_answer(const Meter& meter, Duration began) {
  Duration last{0};
  for (const Sample& sample : meter.samples()) {
    if (sample.at < began || sample.took < seconds(1)) continue;
    last = std::max(last, sample.at + sample.took - began);
  }
  return last;
}

std::string percent_text(const std::optional<double>& p95) {
  return "p95 " + measured(p95, "ms");
}

// The book as its source has it, but for the title: what a provider would say of it.
std::string corrected_source(const StageOptions& options, const std::string& isbn,
                             const std::string& title) {
  for (const KvRecord& record : options.sources) {
    if (!record.key.ends_with(isbn)) continue;
    nlohmann::json book = nlohmann::json::parse(record.value);
    book["title"] = title;
    return book.dump();
  }
  return "{}";
}

// The contingency of slow reads alone, with nobody but the operator who acts: until when answers
// stay slow after the flag was set to false.
Duration slow_after_flag_off(std::uint64_t seed) {
  StageOptions options = stage_options(seed, 500);
  without_guard(options.system);
  Stage stage(std::move(options));
  apply_schema(stage.world());
  Duration flipped{0};
  stage.play([&](Operator& person) {
    stand_at_d1(person, stage, 200);
    stage.troubles().begin(d1_is_slow());
    person.wait(seconds(30));
    flipped = person.now();
    person.set_flag("false");
    person.wait(minutes(2));
  });
  return last_slow_answer(stage.meter(), flipped);
}

}  // namespace

Seen drill_slow_reads(Play play, std::uint64_t seed) {
  StageOptions options = stage_options(seed, 700);
  if (play == Play::unmitigated) without_guard(options.system);
  Stage stage(std::move(options));
  apply_schema(stage.world());
  Seen seen;
  TimeSpan trouble;
  TimeSpan after;
  bool second = false;
  stage.play([&](Operator& person) {
    stand_at_d1(person, stage, 300);
    trouble.from = person.now();
    if (play != Play::control) stage.troubles().begin(d1_is_slow());
    person.wait(minutes(2));
    trouble.until = person.now();
    stage.troubles().end_all();
    person.wait(seconds(45));  // the breaker has closed again
    second = person.advance_to(Phase::d1);
    after.from = person.now();
    person.wait(seconds(40));
    after.until = person.now();
  });
  const auto found = stage.meter().first("guard.finding", "action=rollback", trouble);
  seen.detected = found.has_value();
  if (found) seen.detected_after = *found - trouble.from;
  // While D1 is still slow: a rollback must have made the answers quick again.
  const TimeSpan rolled_back{trouble.from + minutes(1), trouble.until};
  const Figures during = stage.meter().figures(rolled_back);
  seen.mitigated = during.p95 && *during.p95 < 500;
  const Duration slow_for = play == Play::provoked ? slow_after_flag_off(seed) : Duration{0};
  seen.contingency_worked = slow_for <= seconds(70) + followed;
  const Figures end = stage.meter().figures(after);
  seen.recovered = second && end.p95 && *end.p95 < 500 && stage.meter().figures({}).wrong == 0;
  seen.what = "a minute later, with D1 still slow: " + percent_text(during.p95) +
              "; after the flag alone: slow for another " + in_words(slow_for) +
              "; after the second cutover: " + percent_text(end.p95);
  return seen;
}

Seen drill_d1_unavailable(Play play, std::uint64_t seed) {
  Stage stage(stage_options(seed, 500));
  apply_schema(stage.world());
  Seen seen;
  TimeSpan down;
  bool served_alone = false;
  bool second = false;
  stage.play([&](Operator& person) {
    stand_at_d1(person, stage, 60);
    down.from = person.now();
    if (play != Play::control) {
      stage.troubles().begin({"D1 is down", calls_of(Service::d1), refused()});
    }
    if (play == Play::unmitigated) {
      stage.troubles().begin({"KV is down too", calls_of(Service::kv), refused()});
      stage.troubles().begin({"so is the provider", calls_of(Service::provider), refused()});
    }
    person.wait(minutes(3));
    const Duration flipped = person.now();
    served_alone = person.set_flag("false");
    person.wait(minutes(2));
    down.until = person.now();
    stage.troubles().end_all();
    const Figures alone = stage.meter().figures({flipped, down.until});
    served_alone = served_alone && alone.requests > 0 && alone.known_unanswered == 0;
    person.wait(seconds(45));
    second = person.set_flag("true") && person.advance_to(Phase::d1);
    person.wait(seconds(80));
    second = second && !stage.some_d1_breaker_is(rollout::BreakerState::open);
  });
  const auto opened = stage.meter().first("breaker.changed", "service=d1 state=open", down);
  seen.detected = opened.has_value();
  if (opened) seen.detected_after = *opened - down.from;
  const Figures during = stage.meter().figures(down);
  seen.mitigated = during.requests > 0 && during.known_unanswered == 0;
  seen.contingency_worked = served_alone;
  seen.recovered = second && stage.meter().figures({}).wrong == 0;
  seen.what = std::to_string(during.requests - during.known_unanswered) + " of " +
              std::to_string(during.requests) + " requests answered meanwhile; " +
              (second ? "the breaker closed, and D1 is read again" : "D1 is not read again");
  return seen;
}

Seen drill_stale_cache(Play play, std::uint64_t seed) {
  constexpr std::size_t corrections = 8;
  constexpr int half = 50;  // percent: the others are compared
  StageOptions options = stage_options(seed, 0);
  options.system.rollout.shadow_percent = play == Play::unmitigated ? 0 : 100;
  std::vector<std::string> corrected;
  for (const std::string& isbn : options.crowd.popular) {
    const bool compared = !rollout::is_in(half, options.system.rollout.salt, isbn);
    if (compared && corrected.size() < corrections) corrected.push_back(isbn);
  }
  Stage stage(std::move(options));
  apply_schema(stage.world());
  Seen seen;
  Duration began{0};
  bool there = false;
  std::size_t truthful = 0;
  TimeSpan after;
  stage.play([&](Operator& person) {
    there = person.advance_to(Phase::d1_reads, half);
    began = person.now();
    for (const std::string& isbn : corrected) {
      if (play == Play::control) break;
      const std::string title = "Corrected " + isbn;
      stage.oracle().also_right(isbn, title);
      (void)stage.world().d1().connection().run(
          {"UPDATE Books SET title = ?1, version = version + 1, updated_at = unixepoch() "
           "WHERE isbn = ?2",
           {title, isbn}});
      stage.world().provider().put_book(isbn, corrected_source(stage.options(), isbn, title));
    }
    person.wait(minutes(4));
    const auto found =
        stage.meter().first("guard.finding", "action=stop_writes", {began, Duration::max()});
    seen.detected = found.has_value();
    if (found) seen.detected_after = *found - began;
    seen.mitigated = !seen.detected ? play == Play::control : person.standing().writes_stopped;
    bool allowed = true;
    if (seen.detected) {
      for (const std::string& isbn : corrected) allowed = person.invalidate(isbn) && allowed;
      person.wait(seconds(75));  // KV's staleness, and the fill
      allowed = person.allow_writes() && allowed;
    }
    after.from = person.now();
    if (play != Play::control) {
      for (const std::string& isbn : corrected) {
        stage.oracle().corrected(isbn, "Corrected " + isbn);
      }
    }
    // Two isolates at two locations.
    for (int isolate = 0; isolate < 2; ++isolate) {
      for (const std::string& isbn : corrected) {
        const auto answer = person.search(isbn);
        truthful += answer.status == 200 && stage.oracle().tells_truth(isbn, answer.body) ? 1 : 0;
      }
      person.search(corrected.front());  // so that the other isolate is next
    }
    seen.contingency_worked = allowed && truthful == 2 * corrected.size();
    person.wait(minutes(3));
    after.until = person.now();
    seen.recovered = !person.standing().writes_stopped;
  });
  const Figures end = stage.meter().figures(after);
  seen.recovered = seen.recovered && there && end.requests > 0 && end.wrong == 0;
  seen.what = std::to_string(corrected.size()) + " books corrected; after the invalidation " +
              std::to_string(truthful) + " of " + std::to_string(2 * corrected.size()) +
              " answers were true, and " + std::to_string(end.wrong) + " of " +
              std::to_string(end.requests) + " others were not";
  return seen;
}

Seen drill_contract_change(Play play, std::uint64_t seed) {
  Stage stage(stage_options(seed, 0));
  apply_schema(stage.world());
  const std::string known = stage.options().crowd.popular.front();
  ContractRegression regression(known);
  ContractRegression final_look(known);
  Seen seen;
  std::vector<ShapeRow> changed;
  stage.play([&](Operator& person) {
    regression.look(person, "before");
    final_look.look(person, "before");
    const Duration began = person.now();
    if (play != Play::control) {
      stage.deploy(Version::with_d1,
                   [](const api::HttpRequest& request, api::HttpResponse& answer) {
                     if (request.path != "/v1/search/isbn" && request.path != "/search") return;
                     const auto replace = [&answer](std::string_view from, std::string_view to) {
                       const std::size_t at = answer.body.find(from);
                       if (at != std::string::npos) answer.body.replace(at, from.size(), to);
                     };
                     replace("\"publishedDate\":", "\"published_date\":");
                     replace("\"pageCount\":", "\"pages\":");
                   });
    }
    person.wait(seconds(40));
    if (play != Play::unmitigated) regression.look(person, "after the deploy");
    changed = regression.changed();
    seen.detected = !changed.empty();
    if (seen.detected) {
      seen.detected_after = person.now() - began;
      stage.deploy(Version::with_d1);
      person.wait(seconds(40));
      regression.look(person, "after the way back");
    }
    final_look.look(person, "at the end");
  });
  const auto names_search = [](const ShapeRow& row) {
    return row.when == "after the deploy" ? row.probe.find("search: a known") != std::string::npos
                                          : false;
  };
  // It names the answers that changed, and no others.
  seen.mitigated =
      play != Play::unmitigated && std::all_of(changed.begin(), changed.end(), names_search);
  seen.contingency_worked = !seen.detected || regression.changed().size() == changed.size();
  seen.recovered = final_look.changed().empty();
  seen.what = std::to_string(changed.size()) + " of " + std::to_string(regression.rows().size()) +
              " answers had another shape" +
              (changed.empty() ? "" : ", the first: " + changed.front().probe) + "; at the end " +
              std::to_string(final_look.changed().size());
  return seen;
}

}  // namespace cutover::scenarios
