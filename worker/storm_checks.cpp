// A whole migration in bad weather: calls fail at random, the process is killed, and readers of
// another instance go on.
#include <array>
#include <atomic>
#include <chrono>
#include <memory>
#include <thread>

#include <fmt/format.h>

#include "core/ports/random.h"
#include "worker/check.h"
#include "worker/play.h"

namespace cutover::worker {
namespace {

constexpr std::int64_t storm_books = 300;
constexpr std::size_t storm_patience_steps = 60;
constexpr std::uint64_t hit_per_mille = 40;

constexpr std::array bad_moments = {
    faults::Fault::unavailable, faults::Fault::overloaded,          faults::Fault::lost_before,
    faults::Fault::lost_after,  faults::Fault::storage_reset_after, faults::Fault::queue_full,
};

Stage::Rule weather() {
  auto random = std::make_shared<RandomStream>(1, "weather of a Worker");
  return [random](const sim::Call& call) -> std::optional<faults::Fault> {
    if (call.service == Service::provider || random->below(1'000) >= hit_per_mille) {
      return std::nullopt;
    }
    return bad_moments[random->below(bad_moments.size())];
  };
}

// Readers may hear "not now" or "not known" in a storm, and never of another book.
void read_meanwhile(Stage& stage, Judge& judge, std::size_t number) {
  const Told told = search(stage, isbn(number), 1);
  if (told.status != 200) return;
  const Json found = book_in(told);
  const std::string title = found.is_object() ? found.value("title", "") : "";
  judge.expect(title == "Title " + std::to_string(number), "R09",
               fmt::format("a reader asked for book {} and got '{}'", number, title));
}

void a_migration_survives_a_storm(Stage& stage, Judge& judge) {
  stage.hurry(30);
  put_books(stage, storm_books);
  stage.disturb(weather());
  std::atomic<bool> over = false;
  std::thread poster([&] {
    static_cast<void>(migrate(stage, "", storm_patience_steps));
    over = true;
  });
  for (std::size_t number = 0; number < 40 && !over; ++number) {
    read_meanwhile(stage, judge, number * 7 % storm_books);
  }
  stage.kill(0);
  poster.join();
  stage.start(0);
  stage.advance(std::chrono::seconds(61));
  static_cast<void>(migrate(stage, "?resume=true", storm_patience_steps));
  stage.calm();
  stage.advance(std::chrono::seconds(61));
  const Migrated migrated = migrate(stage, "?resume=true", storm_patience_steps);
  judge.expect(migrated.complete(), "M08",
               fmt::format("when the storm is over the migration ends with {}", migrated.status));
  std::int64_t right = 0;
  for (std::int64_t i = 0; i < storm_books; ++i) {
    const auto number = static_cast<std::size_t>(i);
    const std::string title =
        cell(stage, "SELECT title FROM Books WHERE isbn = '" + isbn(number) + "'");
    if (title == "Title " + std::to_string(number)) ++right;
  }
  judge.expect(right == storm_books, "M07",
               fmt::format("when the storm is over {} of {} rows are right", right, storm_books));
  judge.expect(migrated.accounted() == storm_books, "K04",
               fmt::format("when the storm is over {} of {} keys have an outcome",
                           migrated.accounted(), storm_books));
}

void a_shelf_survives_a_second_run(Stage& stage, Judge& judge) {
  put_books(stage, 3);
  static_cast<void>(migrate(stage, "", 1));
  const Json body = {{"isbn", isbn(1)}, {"status", "reading"}, {"rating", 5}, {"review", "Good"}};
  static_cast<void>(stage.ask({"POST", std::string("/v1/library/") + Stage::user_a + "/books",
                               Stage::token_a, body.dump()}));
  const std::string before = cell(stage, "SELECT count(*) FROM UserLibrary");
  Json changed = book(1);
  changed["title"] = "Title 1, revised";
  stage.put(key_of(1), changed.dump());
  stage.advance(std::chrono::seconds(61));
  static_cast<void>(migrate(stage, "", 1));
  const std::string after = cell(stage, "SELECT count(*) FROM UserLibrary");
  judge.expect(
      before == "1" && after == "1", "W03",
      fmt::format("a shelf had {} rows before a second run and {} after it", before, after));
}

constexpr std::array storm_rows = {
    Check{"a migration survives a storm and a kill, and readers get no wrong book",
          "M07 M08 K04 R09", a_migration_survives_a_storm, 2},
    Check{"a shelf survives a second run", "W03", a_shelf_survives_a_second_run},
};

}  // namespace

std::span<const Check> storm_checks() {
  return storm_rows;
}

}  // namespace cutover::worker
