#include "scenarios/drills/rollbacks.h"

#include <algorithm>
#include <array>

#include "scenarios/drills/drill.h"
#include "scenarios/drills/end_state.h"
#include "scenarios/live/http.h"
#include "scenarios/live/live_books.h"
#include "scenarios/live/operator.h"
#include "scenarios/migration.h"

namespace cutover::scenarios {
namespace {

using rollout::Phase;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr double ordinary_rate = 4;           // requests a second
constexpr std::size_t new_books = 6;          // that come up while the way back is taken
constexpr Duration d1_call_max = seconds(2);  // a look-up that was under way may still end

struct Place {
  Phase phase;
  int percent;
};

StageOptions stage_options(std::uint64_t seed) {
  StageOptions options;
  options.seed = seed;
  LiveBooks books = live_books(seed, 80, 220, options.start, rare_for);
  options.sources = std::move(books.sources);
  options.crowd.popular = std::move(books.popular);
  options.crowd.rare = std::move(books.rare);
  options.crowd.library_per_mille = 60;
  options.unlisted = unlisted_books(seed, new_books).sources;
  options.system = live_options();
  options.requests_per_second = ordinary_rate;
  return options;
}

class RollbackPlay {
 public:
  // `way`: nothing for the undisturbed run.
  RollbackPlay(std::uint64_t seed, Place place, std::optional<WayBack> way)
      : stage_(stage_options(seed)), place_(place), way_(way) {
    row_.phase = std::string(name_of(place.phase));
    if (place.phase == Phase::d1_reads) row_.phase += " " + std::to_string(place.percent) + " %";
    if (way) row_.way = *way;
    const auto unlisted = unlisted_books(seed, new_books);
    new_ = unlisted.popular;
  }

  RollbackRow play() {
    apply_schema(stage_.world());
    stage_.play([this](Operator& person) {
      row_.phase_reached = person.advance_to(place_.phase, place_.percent);
      if (!row_.phase_reached) row_.trouble = person.refusal();
      if (person.now() < rare_for + seconds(20)) person.wait(rare_for + seconds(20) - person.now());
      stage_.crowd().options().rare_per_mille = 150;
      person.wait(seconds(20));
      ask(person, 0, new_books / 2);
      if (way_) go_back(person);
      ask(person, new_books / 2, new_books);
      cut_over_again(person);
      ask_for_all(person);
    });
    end_ = end_state(stage_.world());
    look_at_losses();
    const Figures figures = stage_.meter().figures({});
    row_.requests = figures.requests;
    row_.wrong = figures.wrong + wrong_;
    return row_;
  }

  [[nodiscard]] const EndState& end() const { return end_; }

 private:
  void ask(Operator& person, std::size_t from, std::size_t to) {
    for (std::size_t i = from; i < to; ++i) judge(person, new_[i]);
  }

  void judge(Operator& person, const std::string& isbn) {
    const auto answer = person.search(isbn);
    const bool lie = answer.status == 200 ? !stage_.oracle().tells_truth(isbn, answer.body)
                                          : answer.status == 404;
    wrong_ += lie ? 1 : 0;
  }

  void go_back(Operator& person) {
    const Duration began = person.now();
    switch (*way_) {
      case WayBack::flag_off:
        row_.went_back = person.set_flag("false");
        row_.bound = seconds(70) + d1_call_max;
        break;
      case WayBack::previous_version: {
        // First the phase: otherwise the way forward would begin where nothing was written to D1.
        const bool back =
            place_.phase == Phase::dual_write || person.roll_back("full rollback, rehearsed");
        stage_.deploy(Version::previous);
        person.wait(seconds(40));
        const auto health = person.send(get_request("/health"));
        row_.went_back = back && health.status == 200 &&
                         json_after(health.body, "\"version\":") == "\"previous\"";
        row_.bound = seconds(12) + d1_call_max;
        break;
      }
      case WayBack::by_itself:
        stage_.troubles().begin({"D1 fails", calls_about(Service::d1, "Books"), refused()});
        break;
    }
    person.wait(minutes(2));
    if (*way_ == WayBack::by_itself) {
      const TimeSpan since{began, Duration::max()};
      const auto found = stage_.meter().first("guard.finding", "action=rollback", since);
      if (found) row_.detected_after = *found - began;
      const std::string phase = person.standing().phase;
      row_.went_back = phase == "dual_write";
      if (!row_.went_back) row_.trouble = "the phase is still " + phase;
      row_.bound = row_.detected_after.value_or(Duration{0}) + seconds(12) + d1_call_max;
    }
    // Where D1 is read last, it may answer when the provider cannot; the provider is well here.
    for (const Sample& sample : stage_.meter().samples()) {
      const Duration answered = sample.at + sample.took;
      if (sample.source == Source::d1 && answered > began) row_.last_d1_answer = answered - began;
    }
    stage_.troubles().end_all();
    stage_.set_requests_per_second(ordinary_rate);
  }

  void cut_over_again(Operator& person) {
    if (way_ == WayBack::previous_version) {
      stage_.deploy(Version::with_d1);
      person.wait(seconds(40));
    }
    if (way_) {
      person.wait(seconds(40));  // the breaker has closed
      // Libraries had errors while D1 failed: no gate opens before the guard's five minutes have
      // passed over them.
      if (way_ == WayBack::by_itself) person.wait(minutes(5));
      if (person.standing().writes_stopped) person.allow_writes();
    }
    row_.second_cutover = person.set_flag("true") && person.advance_to(Phase::d1);
    if (!row_.second_cutover) row_.trouble = person.refusal();
    person.wait(seconds(75));
  }

  // After that KV has an entry of every book again, whatever ran out in between.
  void ask_for_all(Operator& person) {
    stage_.set_requests_per_second(100);  // so that nobody waits for an isolate's turn
    for (const auto& [isbn, facts] : stage_.oracle().books()) judge(person, isbn);
    stage_.set_requests_per_second(0);
    person.wait(seconds(40));
  }

  void look_at_losses() {
    for (const auto& [user, isbns] : stage_.crowd().confirmed()) {
      for (const std::string& isbn : isbns) {
        row_.confirmed += 1;
        const auto found = stage_.world().d1().connection().run(
            {"SELECT 1 FROM UserLibrary WHERE user_id = ?1 AND isbn = ?2", {user, isbn}});
        row_.lost += found && !found->rows.empty() ? 0 : 1;
      }
    }
  }

  Stage stage_;
  Place place_;
  std::optional<WayBack> way_;
  std::vector<std::string> new_;
  std::int64_t wrong_ = 0;  // told to the operator
  RollbackRow row_;
  EndState end_;
};

constexpr std::array places = {Place{Phase::dual_write, 0}, Place{Phase::backfill, 0},
                               Place{Phase::reconcile, 0},  Place{Phase::verify, 0},
                               Place{Phase::d1_reads, 25},  Place{Phase::d1_reads, 100},
                               Place{Phase::d1, 100}};

}  // namespace

std::string_view name_of(WayBack way) {
  switch (way) {
    case WayBack::flag_off: return "flag off";
    case WayBack::previous_version: return "previous version";
    case WayBack::by_itself: return "by itself";
  }
  return "flag off";
}

std::vector<RollbackRow> run_rollbacks(std::uint64_t seed) {
  RollbackPlay undisturbed(seed, {Phase::d1, 100}, std::nullopt);
  undisturbed.play();
  std::vector<RollbackRow> rows;
  for (const Place& place : places) {
    for (const WayBack way : {WayBack::flag_off, WayBack::previous_version, WayBack::by_itself}) {
      // Before D1 is read there is nothing that the guard would roll back.
      if (way == WayBack::by_itself && place.phase < Phase::d1_reads) continue;
      RollbackPlay play(seed, place, way);
      RollbackRow row = play.play();
      row.converged = play.end() == undisturbed.end();
      if (!row.converged && row.trouble.empty()) {
        row.trouble = std::to_string(play.end().rows) + " rows and " +
                      std::to_string(play.end().entries) + " entries, undisturbed " +
                      std::to_string(undisturbed.end().rows) + " and " +
                      std::to_string(undisturbed.end().entries);
      }
      rows.push_back(std::move(row));
    }
  }
  return rows;
}

}  // namespace cutover::scenarios
