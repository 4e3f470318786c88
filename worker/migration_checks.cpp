// What a whole migration must do, undisturbed.
#include <array>
#include <map>

#include <fmt/format.h>

#include "worker/check.h"
#include "worker/play.h"

namespace cutover::worker {
namespace {

constexpr std::int64_t subrequests_max = 1'000;  // of one invocation: KV, D1 and fetches
constexpr std::int64_t d1_queries_max = 1'000;

void every_key_has_one_outcome(Stage& stage, Judge& judge) {
  put_books(stage, 5);
  for (const char* value : {"null", "0", "false", "\"\""}) {
    stage.put(key_of(10 + stage.keys("book:isbn:").size()), value);
  }
  const auto listed = static_cast<std::int64_t>(stage.keys("book:isbn:").size());
  const Migrated migrated = migrate(stage);
  judge.expect(migrated.complete(), "M13",
               fmt::format("the migration ended with status {}", migrated.status));
  judge.expect(
      migrated.accounted() == listed, "M13",
      fmt::format("{} keys were listed, and {} have an outcome", listed, migrated.accounted()));
}

void one_bad_value_ends_nothing(Stage& stage, Judge& judge) {
  put_books(stage, 10);
  stage.put(key_of(20), R"({"title": "torn)");
  const Migrated migrated = migrate(stage);
  judge.expect(
      migrated.status == 200, "M06",
      fmt::format("one malformed value ended the migration with status {}", migrated.status));
  judge.expect(book_rows(stage) == 10, "M06",
               fmt::format("{} of the 10 good books are in D1", book_rows(stage)));
}

void a_failed_run_is_not_called_a_success(Stage& stage, Judge& judge) {
  for (std::size_t i = 0; i < 5; ++i) stage.put(key_of(i), R"({"title": "torn)");
  const Told told = stage.ask({"POST", "/admin/migrate-kv-to-d1", Stage::admin_token, ""});
  const Json json = json_of(told);
  const bool success = told.status == 200 && json.is_object() && json.value("success", false);
  const Json data = json.is_object() && json.contains("data") ? json["data"] : Json();
  const bool tells =
      data.is_object() && (data.value("totalErrors", 0) == 5 || data.contains("outcomes"));
  judge.expect(!success || tells, "M19",
               fmt::format("five of five values were malformed, and the answer was status {} "
                           "without saying so",
                           told.status));
  judge.expect(told.status != 500, "M06",
               "five malformed values ended the migration with a bare 500");
}

void a_step_keeps_within_its_budget(Stage& stage, Judge& judge) {
  constexpr std::size_t books = 1'200;
  stage.hurry(30);
  put_books(stage, books);
  std::int64_t most_calls = 0;
  std::int64_t most_queries = 0;
  std::string query;
  Migrated migrated;
  for (std::size_t posts = 0; posts < 100 && !migrated.complete(); ++posts) {
    stage.mark();
    migrated = post_migration(stage, query);
    query = "?resume=true";
    most_calls = std::max(most_calls, stage.count(""));
    most_queries = std::max(most_queries, stage.count("d1."));
    if (migrated.status != 200) break;
  }
  judge.expect(most_queries <= d1_queries_max, "M02",
               fmt::format("one invocation made {} calls of D1; a Worker may make {}", most_queries,
                           d1_queries_max));
  judge.expect(most_calls <= subrequests_max, "M01",
               fmt::format("one invocation made {} calls; a Worker may make {}", most_calls,
                           subrequests_max));
  judge.expect(migrated.complete() && book_rows(stage) == static_cast<std::int64_t>(books), "M01",
               fmt::format("{} of {} books are in D1 at the end", book_rows(stage), books));
}

void a_key_is_not_written_every_page(Stage& stage, Judge& judge) {
  put_books(stage, 500);
  stage.mark();
  const Migrated migrated = migrate(stage);
  const auto refused = stage.count([](const SeenCall& call) {
    return call.site == "kv.put" && call.result.find("429") != std::string::npos;
  });
  judge.expect(refused == 0, "K02",
               fmt::format("KV refused {} writes of a key that was written less than a second "
                           "before; the migration ended with status {}",
                           refused, migrated.status));
}

void lists_are_few(Stage& stage, Judge& judge) {
  stage.hurry(30);
  put_books(stage, 500);
  stage.mark();
  const Migrated migrated = migrate(stage);
  const auto lists = stage.count("kv.list");
  const auto steps = static_cast<std::int64_t>(migrated.posts);
  judge.expect(migrated.complete() && lists <= steps + 1, "M16",
               fmt::format("500 keys were listed in {} calls and {} steps; one call gives 1,000. "
                           "The last step was answered with {}",
                           lists, steps, migrated.status));
}

void nothing_of_its_own_lies_among_the_data(Stage& stage, Judge& judge) {
  put_books(stage, 3);
  static_cast<void>(migrate(stage));
  for (const std::string& key : stage.keys()) {
    judge.expect(key.starts_with("book:isbn:"), "K08",
                 "the migration keeps '" + key + "' beside the books, where a purge takes it");
  }
}

void a_dry_run_tells_what_a_real_one_does(Stage& stage, Judge& judge) {
  put_books(stage, 7);
  stage.put(key_of(30), "{}");
  stage.put(key_of(31), R"({"title": "torn)");
  stage.mark();
  const Migrated dry = migrate(stage, "?dryRun=true");
  const auto writes = stage.count([](const SeenCall& call) {
    return call.site == "kv.put" || call.site == "kv.remove" || call.key.starts_with("INSERT") ||
           call.key.starts_with("UPDATE") || call.key.starts_with("DELETE");
  });
  judge.expect(writes == 0, "K09", fmt::format("the dry run wrote {} times", writes));
  judge.expect(stage.count("kv.get") > 0, "K09", "the dry run read no value");
  const Migrated real = migrate(stage);
  judge.expect(
      dry.accounted() == 9 && dry.number("totalMigrated") == real.number("totalMigrated"), "K09",
      fmt::format("of 9 keys the dry run told {} outcomes and {} to migrate; the real one "
                  "migrated {}",
                  dry.accounted(), dry.number("totalMigrated"), real.number("totalMigrated")));
}

void resuming_after_the_end_does_nothing(Stage& stage, Judge& judge) {
  put_books(stage, 20);
  static_cast<void>(migrate(stage));
  stage.mark();
  const Migrated again = migrate(stage, "?resume=true");
  const auto reads = stage.count([](const SeenCall& call) {
    return call.site.starts_with("kv.get") && call.key.starts_with("book:isbn:");
  });
  judge.expect(reads == 0, "K05",
               fmt::format("a resume after the end read {} values again", reads));
  judge.expect(again.status == 200, "K05",
               fmt::format("a resume after the end was answered with {}", again.status));
}

void its_state_can_be_asked(Stage& stage, Judge& judge) {
  const Told told = stage.ask({"GET", "/admin/migration-status", Stage::admin_token, ""});
  judge.expect(told.status == 200 && json_of(told).is_object(), "K10",
               fmt::format("/admin/migration-status answers {}", told.status));
}

void a_new_run_refreshes_every_column(Stage& stage, Judge& judge) {
  put_books(stage, 2);
  static_cast<void>(migrate(stage));
  Json changed = book(1);
  changed["description"] = "Another description";
  changed["publisher"] = "Another publisher";
  stage.put(key_of(1), changed.dump());
  stage.advance(std::chrono::seconds(61));
  static_cast<void>(migrate(stage));
  const std::string now = cell(
      stage, "SELECT publisher || ', ' || description FROM Books WHERE isbn = '" + isbn(1) + "'");
  judge.expect(now == "Another publisher, Another description", "W01",
               "after a second run over a changed value the row has '" + now + "'");
}

void a_newer_live_row_stays(Stage& stage, Judge& judge) {
  turn_on_d1(stage);
  Json newer = book(1);
  newer["title"] = "Written live";
  stage.know(isbn(1), newer.dump());
  static_cast<void>(search(stage, isbn(1)));
  static_cast<void>(eventually([&] {
    return cell(stage, "SELECT title FROM Books WHERE isbn = '" + isbn(1) + "'") == "Written live";
  }));
  put_books(stage, 2);  // an older copy of it among them
  stage.advance(std::chrono::seconds(61));
  static_cast<void>(migrate(stage));
  const std::string title = cell(stage, "SELECT title FROM Books WHERE isbn = '" + isbn(1) + "'");
  judge.expect(title == "Written live", "M10",
               "a live row was overwritten by KV's older copy: its title is '" + title + "'");
}

constexpr std::array migration_rows = {
    Check{"every listed key ends in exactly one outcome", "M13", every_key_has_one_outcome},
    Check{"one bad value does not end the migration", "M06", one_bad_value_ends_nothing},
    Check{"a run in which everything failed says so", "M06 M19",
          a_failed_run_is_not_called_a_success},
    Check{"each step keeps within an invocation's budget", "M01 M02",
          a_step_keeps_within_its_budget},
    Check{"no key is written more than once a second", "K02", a_key_is_not_written_every_page},
    Check{"keys are listed by the thousand", "M16", lists_are_few},
    Check{"the migration keeps no state among the data", "K08",
          nothing_of_its_own_lies_among_the_data},
    Check{"a dry run reads everything, writes nothing, and tells the real run's figures", "K09",
          a_dry_run_tells_what_a_real_one_does},
    Check{"a resume after the end does nothing", "K05", resuming_after_the_end_does_nothing},
    Check{"the migration's state can be asked for", "K10", its_state_can_be_asked},
    Check{"a new run refreshes every column", "W01", a_new_run_refreshes_every_column},
    Check{"a row that was written live is not overwritten", "M10", a_newer_live_row_stays},
};

}  // namespace

std::span<const Check> migration_checks() {
  return migration_rows;
}

}  // namespace cutover::worker
