// What a migration must do when services fail, the process dies, or somebody starts it twice.
#include <array>
#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <thread>

#include <fmt/format.h>

#include "worker/check.h"
#include "worker/play.h"

namespace cutover::worker {
namespace {

constexpr std::size_t patience_steps = 20;  // failed steps that are tried again

// `fault` at the calls numbered first to last, from 1, of those that are `wanted`.
Stage::Rule at_calls(std::function<bool(const sim::Call&)> wanted, int first, int last,
                     faults::Fault fault) {
  auto seen = std::make_shared<int>(0);
  return [=](const sim::Call& call) -> std::optional<faults::Fault> {
    if (!wanted(call) || ++*seen < first || *seen > last) return std::nullopt;
    return fault;
  };
}

bool writes_d1(const sim::Call& call) {
  return call.service == Service::d1 && !call.reads;
}
bool lists(const sim::Call& call) {
  return call.site == "kv.list";
}
bool reads_values(const sim::Call& call) {
  return call.site.starts_with("kv.get");
}

// All books are there in the end. Few enough for one page of anybody's.
constexpr std::int64_t books = 90;
Migrated migrate_disturbed(Stage& stage, Judge& judge, std::string_view defect,
                           const char* trouble) {
  stage.hurry(30);
  put_books(stage, books);
  const Migrated migrated = migrate(stage, "", patience_steps);
  stage.calm();
  judge.expect(migrated.complete() && book_rows(stage) == books, defect,
               fmt::format("after {} and every resume, {} of {} books are in D1; the last answer "
                           "was {}",
                           trouble, book_rows(stage), books, migrated.status));
  return migrated;
}

// ... without a step that failed: one bad moment is no reason.
void expect_no_failed_step(const Migrated& migrated, Judge& judge, std::string_view defect,
                           const char* trouble) {
  judge.expect(migrated.failed_posts == 0, defect,
               fmt::format("{} ended {} steps", trouble, migrated.failed_posts));
}

void a_failed_write_is_done_later(Stage& stage, Judge& judge) {
  stage.disturb(at_calls(writes_d1, 4, 6, faults::Fault::unavailable));
  static_cast<void>(migrate_disturbed(stage, judge, "M07", "three writes that D1 refused"));
}

void a_failed_list_is_done_again(Stage& stage, Judge& judge) {
  stage.disturb(at_calls(lists, 1, 1, faults::Fault::unavailable));
  const Migrated migrated = migrate_disturbed(stage, judge, "M08", "one list that KV refused");
  expect_no_failed_step(migrated, judge, "M08", "one list that KV refused");
}

void a_failed_read_is_done_again(Stage& stage, Judge& judge) {
  stage.disturb(at_calls(reads_values, 1, 1, faults::Fault::unavailable));
  const Migrated migrated = migrate_disturbed(stage, judge, "M08", "one read that KV refused");
  expect_no_failed_step(migrated, judge, "M08", "one read that KV refused");
}

void a_lost_answer_is_no_error(Stage& stage, Judge& judge) {
  stage.disturb(at_calls(writes_d1, 3, 3, faults::Fault::lost_after));
  const Migrated migrated =
      migrate_disturbed(stage, judge, "M09", "a write whose answer was lost on the way");
  expect_no_failed_step(migrated, judge, "M09", "a write whose answer was lost on the way");
  judge.expect(migrated.number("totalMigrated") == books, "M09",
               fmt::format("{} of {} books count as migrated after one lost answer",
                           migrated.number("totalMigrated"), books));
}

// How many values of books were read since the mark, at most.
std::int64_t values_read(Stage& stage) {
  std::int64_t values = 0;
  for (const SeenCall& call : stage.calls()) {
    if (call.site == "kv.get" && call.key.starts_with("book:isbn:")) values += 1;
    if (call.site == "kv.get_many") values += 100;
  }
  return values;
}

// Kills the Worker in the middle of a run, and resumes it a minute later on a new process.
void a_killed_run_goes_on(Stage& stage, Judge& judge) {
  constexpr std::int64_t many = 600;
  stage.hurry(30);
  put_books(stage, many);
  std::atomic<bool> answered = false;
  std::thread poster([&] {
    static_cast<void>(migrate(stage));
    answered = true;
  });
  static_cast<void>(eventually([&] { return answered || book_rows(stage) >= many / 2; }));
  stage.kill(0);
  poster.join();
  stage.start(0);
  stage.advance(std::chrono::seconds(61));
  const std::int64_t before = book_rows(stage);
  stage.mark();
  const Migrated migrated = migrate(stage, "?resume=true", patience_steps);
  const std::int64_t again = values_read(stage);
  judge.expect(again <= many - before + 200, "K01",
               fmt::format("{} of {} books were there when it was killed, and the resume read up "
                           "to {} values",
                           before, many, again));
  judge.expect(migrated.complete() && book_rows(stage) == many, "K01",
               fmt::format("after a kill and a resume {} of {} books are in D1; the last answer "
                           "was {}",
                           book_rows(stage), many, migrated.status));
  judge.expect(migrated.accounted() == many, "K04",
               fmt::format("after a kill and a resume the totals say {}, of {}",
                           migrated.accounted(), many));
}

// More books than one step takes of anybody who keeps within a budget: a run that begins when the
// other's step has ended reads no more of them than a step.
void two_runs_are_one(Stage& stage, Judge& judge) {
  constexpr std::int64_t many = 1'500;
  stage.hurry(30);
  put_books(stage, many);
  stage.mark();
  Migrated first;
  std::thread other([&] { first = post_migration(stage, "", 0); });
  const Migrated second = post_migration(stage, "", 1);
  other.join();
  const std::int64_t values = values_read(stage);
  judge.expect(first.status == 409 || second.status == 409 || values <= many + 100, "M17",
               fmt::format("two starts at once were answered with {} and {}, and read {} values of "
                           "{}",
                           first.status, second.status, values, many));
}

constexpr std::array interrupted_migration_rows = {
    Check{"a write that D1 refused for a moment is done later", "M07",
          a_failed_write_is_done_later},
    Check{"a list that KV refused for a moment is asked again", "M08", a_failed_list_is_done_again},
    Check{"a read that KV refused for a moment is asked again", "M08", a_failed_read_is_done_again},
    Check{"a write whose answer was lost is not counted as an error", "M09",
          a_lost_answer_is_no_error},
    Check{"a killed run goes on where it was, with its totals", "K01 K04", a_killed_run_goes_on},
    Check{"two starts at once are one run", "M17", two_runs_are_one, 2},
};

}  // namespace

std::span<const Check> interrupted_migration_checks() {
  return interrupted_migration_rows;
}

}  // namespace cutover::worker
