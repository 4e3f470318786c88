// Users' libraries, and who may do what.
#include <array>

#include <fmt/format.h>

#include "worker/check.h"
#include "worker/play.h"

namespace cutover::worker {
namespace {

const std::string shelf = std::string("/v1/library/") + Stage::user_a;

Told add(Stage& stage, const Json& body, const char* token = Stage::token_a) {
  return stage.ask({"POST", shelf + "/books", token, body.dump()});
}

// Book number 1 is in D1, and on A's shelf.
void shelve(Stage& stage) {
  put_books(stage, 2);
  static_cast<void>(migrate(stage, "", 1));
  static_cast<void>(
      add(stage, {{"isbn", isbn(1)}, {"status", "reading"}, {"rating", 5}, {"review", "Good"}}));
}

void a_shelf_is_its_owners(Stage& stage, Judge& judge) {
  shelve(stage);
  const int read = stage.ask({"GET", shelf, Stage::token_b, ""}).status;
  const int written =
      add(stage, {{"isbn", isbn(0)}, {"status", "reading"}, {"rating", 1}, {"review", ""}},
          Stage::token_b)
          .status;
  const int nobody = stage.ask({"GET", shelf, "", ""}).status;
  judge.expect(read == 401 || read == 403, "U01",
               fmt::format("B reads A's shelf with status {}", read));
  judge.expect(written == 401 || written == 403, "U01",
               fmt::format("B writes on A's shelf with status {}", written));
  judge.expect(nobody == 401 || nobody == 403, "U01",
               fmt::format("somebody without a token reads A's shelf with status {}", nobody));
}

void a_change_of_one_field_keeps_the_others(Stage& stage, Judge& judge) {
  shelve(stage);
  static_cast<void>(
      add(stage,
          {{"isbn", isbn(1)}, {"status", "completed"}, {"rating", nullptr}, {"review", "Good"}}));
  const int status = add(stage, {{"isbn", isbn(1)}, {"status", "completed"}}).status;
  const std::string review = cell(stage, "SELECT review FROM UserLibrary");
  judge.expect(status == 200 && review == "Good", "U02",
               fmt::format("a change of the status alone is answered with {}, and the review is "
                           "'{}'",
                           status, review));
}

void a_book_that_nobody_asked_for_yet(Stage& stage, Judge& judge) {
  const int status =
      add(stage, {{"isbn", isbn(7)}, {"status", "reading"}, {"rating", 5}, {"review", ""}}).status;
  judge.expect(status > 0 && status < 500, "U03",
               fmt::format("shelving a book that is not in D1 is answered with {}", status));
}

void what_is_not_allowed_is_refused(Stage& stage, Judge& judge) {
  shelve(stage);
  const Json done = {{"isbn", isbn(1)}, {"status", "done"}, {"rating", 5}, {"review", ""}};
  const Json six = {{"isbn", isbn(1)}, {"status", "reading"}, {"rating", 6}, {"review", ""}};
  for (const Json& body : {done, six}) {
    const int status = add(stage, body).status;
    judge.expect(status == 400 || status == 422, "U04",
                 fmt::format("{} is answered with {}", body.dump(), status));
  }
}

void a_filter_is_not_dropped(Stage& stage, Judge& judge) {
  shelve(stage);
  const int status = stage.ask({"GET", shelf + "?rating=abc", Stage::token_a, ""}).status;
  judge.expect(status == 400 || status == 422, "U07",
               fmt::format("the filter rating=abc is answered with {}", status));
}

void a_shelf_shows_books_as_the_search_does(Stage& stage, Judge& judge) {
  shelve(stage);
  const Json json = json_of(stage.ask({"GET", shelf, Stage::token_a, ""}));
  const Json books = json.is_object() && json.contains("data") && json["data"].is_object() &&
                             json["data"].contains("books")
                         ? json["data"]["books"]
                         : Json::array();
  const bool listed = books.is_array() && books.size() == 1 && books[0].is_object() &&
                      books[0].contains("authors") && books[0]["authors"].is_array();
  judge.expect(listed, "U08", "A's shelf shows " + books.dump());
  const bool raw = books.is_array() && !books.empty() && books[0].is_object() &&
                   books[0].contains("canonical_metadata");
  judge.expect(!raw, "U08", "A's shelf shows the raw row, with canonical_metadata");
}

void strangers_do_not_migrate(Stage& stage, Judge& judge) {
  put_books(stage, 1);
  for (const char* token : {"", "not-the-token", Stage::token_a}) {
    const int status = stage.ask({"POST", "/admin/migrate-kv-to-d1", token, ""}).status;
    judge.expect(status == 401 || status == 403, "U01",
                 fmt::format("somebody with the token '{}' starts a migration with status {}",
                             token, status));
  }
}

constexpr std::array library_rows = {
    Check{"a shelf is its owner's alone", "U01", a_shelf_is_its_owners},
    Check{"a change of one field keeps the others", "U02", a_change_of_one_field_keeps_the_others},
    Check{"a book that nobody asked for yet can be shelved, or is refused in words", "U03",
          a_book_that_nobody_asked_for_yet},
    Check{"a status or a rating that does not exist is refused", "U04",
          what_is_not_allowed_is_refused},
    Check{"a filter that makes no sense is refused", "U07", a_filter_is_not_dropped},
    Check{"a shelf shows books as the search does", "U08", a_shelf_shows_books_as_the_search_does},
    Check{"nobody migrates without the admin's token", "U01", strangers_do_not_migrate},
};

}  // namespace

std::span<const Check> library_checks() {
  return library_rows;
}

}  // namespace cutover::worker
