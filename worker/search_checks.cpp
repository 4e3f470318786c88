// What a look-up must do while every service is well.
#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "worker/check.h"
#include "worker/play.h"

namespace cutover::worker {
namespace {

std::int64_t provider_calls(Stage& stage) {
  return stage.count("provider.");
}

// Book number 1 has gone through the Worker and lies in D1.
void save_through_search(Stage& stage) {
  turn_on_d1(stage);
  stage.know(isbn(1), book(1).dump());
  static_cast<void>(search(stage, isbn(1)));
  static_cast<void>(eventually([&] { return cell(stage, "SELECT count(*) FROM Books") == "1"; }));
  static_cast<void>(eventually([&] { return stage.value(key_of(1)).has_value(); }));
  // KV has the entry; the Worker hears of it a little later, and its answer may be shared till
  // then.
  settle();
}

void an_unknown_book_is_404_once(Stage& stage, Judge& judge) {
  stage.mark();
  const Told first = search(stage, isbn(1));
  judge.expect(first.status == 404, "R01",
               fmt::format("an unknown ISBN is answered with {}", first.status));
  static_cast<void>(eventually([&] { return !stage.keys().empty(); }));
  static_cast<void>(search(stage, isbn(1)));
  static_cast<void>(search(stage, isbn(1)));
  judge.expect(provider_calls(stage) <= 1, "R01",
               fmt::format("three look-ups of an unknown ISBN asked the provider {} times",
                           provider_calls(stage)));
}

void a_stampede_asks_once(Stage& stage, Judge& judge) {
  stage.know(isbn(1), book(1).dump());
  stage.mark();
  const auto told = stage.ask_at_once(
      std::vector<Ask>(50, Ask{"GET", "/v1/search/isbn?isbn=" + isbn(1), "", ""}));
  const auto good =
      std::count_if(told.begin(), told.end(), [](const Told& one) { return one.status == 200; });
  judge.expect(provider_calls(stage) <= 2, "R02",
               fmt::format("50 look-ups of one ISBN at once asked the provider {} times",
                           provider_calls(stage)));
  judge.expect(good == 50, "R02", fmt::format("{} of 50 look-ups at once got the book", good));
}

void a_hit_costs_no_database(Stage& stage, Judge& judge) {
  stage.put(key_of(1), book(1).dump());
  static_cast<void>(search(stage, isbn(1)));
  stage.mark();
  for (int i = 0; i < 20; ++i) static_cast<void>(search(stage, isbn(1)));
  static_cast<void>(eventually([&] { return stage.count("d1.") > 0; }));
  judge.expect(stage.count("d1.") <= 2, "R05",
               fmt::format("20 look-ups that KV answered made {} calls of D1", stage.count("d1.")));
}

void an_update_is_seen(Stage& stage, Judge& judge) {
  save_through_search(stage);
  stage.sql("UPDATE Books SET title = 'Corrected'");
  stage.remove(key_of(1));
  turn_on_d1(stage);
  stage.advance(std::chrono::seconds(61));
  const Json found = book_in(search(stage, isbn(1)));
  const std::string title = found.is_object() ? found.value("title", "") : "";
  judge.expect(title == "Corrected", "R08",
               "D1's row says 'Corrected', and the answer says '" + title + "'");
}

void another_edition_is_not_the_book(Stage& stage, Judge& judge) {
  turn_on_d1(stage);
  stage.know_other_edition(isbn(1), isbn(2), book(2).dump());
  const Told told = search(stage, isbn(1));
  static_cast<void>(eventually([&] { return stage.value(key_of(1)).has_value(); }));
  const Json found = book_in(told);
  judge.expect(told.status != 200 && !stage.value(key_of(1)), "R09",
               "the provider gave another edition, and it was stored and answered with status " +
                   std::to_string(told.status));
}

void where_it_came_from_is_told(Stage& stage, Judge& judge) {
  stage.put(key_of(1), book(1).dump());
  const Json json = json_of(search(stage, isbn(1)));
  const Json metadata =
      json.is_object() && json.contains("metadata") ? json["metadata"] : Json::object();
  judge.expect(metadata.is_object() && metadata.value("cached", false), "R12",
               "an answer from KV says " + metadata.dump());
}

void what_is_no_isbn_is_refused(Stage& stage, Judge& judge) {
  stage.mark();
  for (const std::string& none : {std::string("abc"), std::string("9780000000001"),
                                  std::string(600, '9'), std::string("%27%20OR%201=1")}) {
    const int status = search(stage, none).status;
    judge.expect(status == 400, "R13",
                 fmt::format("'{}' as ISBN is answered with {}", none.substr(0, 20), status));
  }
  judge.expect(provider_calls(stage) == 0, "R13", "the provider was asked for what is no ISBN");
}

void spellings_are_one(Stage& stage, Judge& judge) {
  stage.put("book:isbn:9780439708180", R"({"title":"One book","authors":["A"]})");
  for (const char* spelling : {"978-0-439-70818-0", "0439708184"}) {
    const Told told = search(stage, spelling);
    judge.expect(told.status == 200, "R13",
                 fmt::format("'{}' is answered with {}", spelling, told.status));
  }
}

void every_tier_gives_the_same_book(Stage& stage, Judge& judge) {
  save_through_search(stage);
  const Json from_cache = book_in(search(stage, isbn(1)));
  stage.remove(key_of(1));
  turn_on_d1(stage);
  stage.advance(std::chrono::seconds(61));
  const Json from_d1 = book_in(search(stage, isbn(1)));
  settle();
  stage.sql("DELETE FROM Books");
  stage.remove(key_of(1));
  turn_on_d1(stage);
  stage.advance(std::chrono::seconds(61));
  const Json from_provider = book_in(search(stage, isbn(1)));
  judge.expect(from_cache == from_d1 && from_d1 == from_provider, "R15",
               "the same book differs: from the cache " + from_cache.dump() + ", from D1 " +
                   from_d1.dump() + ", from the provider " + from_provider.dump());
}

void a_sparse_record_is_stored(Stage& stage, Judge& judge) {
  turn_on_d1(stage);
  stage.know(isbn(1), R"({"title":"1984","authors":["George Orwell"]})");
  const Told told = search(stage, isbn(1));
  judge.expect(
      told.status == 200, "W05",
      fmt::format("a book without publisher, pages and cover is answered with {}", told.status));
  const bool stored = eventually([&] { return cell(stage, "SELECT count(*) FROM Books") == "1"; });
  judge.expect(stored, "W05", "a book without publisher, pages and cover is not in D1");
}

// The flag as text: is D1 read?
void expect_no_reads(Stage& stage, Judge& judge, std::string_view defect, const char* flag) {
  if (flag != nullptr) stage.put("feature:enable_d1_reads", flag);
  stage.know(isbn(1), book(1).dump());
  stage.mark();
  static_cast<void>(search(stage, isbn(1)));
  const auto reads = stage.count([](const SeenCall& call) {
    return call.site.starts_with("d1.") && call.key == "SELECT Books";
  });
  judge.expect(reads == 0, defect,
               fmt::format("the flag is {}, and D1 was read {} times",
                           flag == nullptr ? "not set" : "'" + std::string(flag) + "'", reads));
}

void no_flag_is_off(Stage& stage, Judge& judge) {
  expect_no_reads(stage, judge, "F01", nullptr);
}
void an_odd_flag_is_off(Stage& stage, Judge& judge) {
  expect_no_reads(stage, judge, "F01", "False");
}
void false_is_off(Stage& stage, Judge& judge) {
  expect_no_reads(stage, judge, "F04", "false");
}

constexpr std::array search_rows = {
    Check{"an unknown book is 404, and the provider is asked once", "R01",
          an_unknown_book_is_404_once},
    Check{"fifty look-ups at once ask the provider once", "R02", a_stampede_asks_once},
    Check{"a look-up that KV answers costs no D1", "R05", a_hit_costs_no_database},
    Check{"an update in D1 is what readers get", "R08", an_update_is_seen},
    Check{"another edition is not stored as the book", "R09", another_edition_is_not_the_book},
    Check{"an answer says that it is cached", "R12", where_it_came_from_is_told},
    Check{"what is no ISBN is refused before anything is asked", "R13", what_is_no_isbn_is_refused},
    Check{"spellings of an ISBN are one book", "R13", spellings_are_one},
    Check{"every tier gives the same book", "R15", every_tier_gives_the_same_book},
    Check{"a sparse record is stored", "W05", a_sparse_record_is_stored},
    Check{"without a flag D1 is not read", "F01", no_flag_is_off},
    Check{"an odd flag is off", "F01", an_odd_flag_is_off},
    Check{"the flag 'false' turns D1's reads off", "F04", false_is_off},
};

}  // namespace

std::span<const Check> search_checks() {
  return search_rows;
}

}  // namespace cutover::worker
