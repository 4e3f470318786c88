// A user's own shelf, with the user's token (R3.4, R3.7, R6.4; plan defects U02, U07). Reading is
// always allowed; one book is put on the shelf only when writes are. Nothing of what stands on the
// shelf is told but numbers.
#include <algorithm>
#include <array>
#include <optional>

#include <fmt/format.h>

#include "adapters/cloudflare/api_client.h"
#include "target/acceptance.h"
#include "target/check.h"

namespace cutover::target {
namespace {

constexpr std::size_t pages_max = 20;
constexpr const char* mark = "cutover verify put this here; it may be removed";

std::string shelf_path(const Tour& tour) {
  return "/v1/library/" + cloudflare::percent_encoded(tour.options.user);
}

Answer ask_shelf(Tour& tour, const std::string& query) {
  return tour.visit.ask({"GET", shelf_path(tour) + query, tour.options.user_token, ""});
}

// The books of an answer, or nothing when it is no shelf.
std::optional<Json> books_of(const Answer& answer) {
  const auto json = json_in(answer);
  if (answer.status != 200 || !json) return std::nullopt;
  const Json* books = value_at(*json, "data.books");
  if (books == nullptr || !books->is_array()) return std::nullopt;
  return *books;
}

Json field(const Json& book, const char* name) {
  return book.is_object() ? book.value(name, Json()) : Json();
}

bool is_rated(const Json& book, int rating) {
  const Json own = field(book, "rating");
  return own.is_number() && own >= rating;
}

Found the_owner_sees_the_shelf(Tour& tour) {
  const Answer answer = ask_shelf(tour, "");
  const auto books = books_of(answer);
  if (answer.status == 0) return cannot_say("the shelf: " + said(answer));
  if (!books)
    return fails("the owner's shelf is answered with " + said(answer) +
                 ", and no data.books; 200 and a list are expected");
  return holds(fmt::format("the owner's shelf: 200, {} books on the first page", books->size()));
}

// What a filter must let through, and the query that asks for it.
struct Filter {
  std::string query;
  std::optional<int> rating;
  Json year;    // null: any
  Json status;  // null: any

  [[nodiscard]] bool fits(const Json& book) const {
    return (!rating || is_rated(book, *rating)) &&
           (year.is_null() || field(book, "publication_year") == year) &&
           (status.is_null() || field(book, "status") == status);
  }
};

// The plan's three questions, with values that the shelf has, so that they are about something.
std::vector<Filter> filters_for(const Json& books) {
  int rating = 5;
  int year = 2024;
  std::string status = "completed";
  for (const Json& book : books) {
    const Json of_year = field(book, "publication_year");
    const Json of_status = field(book, "status");
    const bool usable = of_year.is_number_integer() && of_year >= 1 && of_year <= 2100 &&
                        is_rated(book, 1) && field(book, "rating") <= 5 && of_status.is_string();
    if (!usable) continue;
    rating = field(book, "rating").get<int>();
    year = of_year.get<int>();
    status = of_status.get<std::string>();
    break;
  }
  const std::string of_status = "status=" + cloudflare::percent_encoded(status);
  return {{fmt::format("?rating={}", rating), rating, Json(), Json()},
          {fmt::format("?year={}", year), std::nullopt, year, Json()},
          {fmt::format("?rating={}&year={}&{}", rating, year, of_status), rating, year, status}};
}

Found filters_filter(Tour& tour) {
  const auto all = books_of(ask_shelf(tour, ""));
  if (!all) return cannot_say("the shelf could not be read");
  Complaints wrong;
  std::size_t fitting = 0;
  for (const Filter& filter : filters_for(*all)) {
    const Answer answer = ask_shelf(tour, filter.query);
    const auto books = books_of(answer);
    if (answer.status == 0) return cannot_say(filter.query + ": " + said(answer));
    if (!books) {
      wrong.add(filter.query + ": " + said(answer));
      continue;
    }
    const auto fits = [&filter](const Json& book) { return filter.fits(book); };
    const auto good = static_cast<std::size_t>(std::count_if(books->begin(), books->end(), fits));
    fitting += good;
    wrong.expect(good == books->size(), fmt::format("{}: {} of {} books do not fit", filter.query,
                                                    books->size() - good, books->size()));
    const bool lost = books->empty() && std::any_of(all->begin(), all->end(), fits);
    wrong.expect(!lost, filter.query + ": none, and the shelf has one that fits");
  }
  const Answer odd = ask_shelf(tour, "?rating=abc");
  wrong.expect(odd.status == 400 || odd.status == 422, "?rating=abc: " + said(odd));
  if (wrong.count() == 0 && fitting == 0) {
    return cannot_say("the filters were answered, and no book of the shelf fits them");
  }
  return wrong.found(
      fmt::format("by rating, by year, and by rating, year and status: {} books, "
                  "and all fit; rating=abc is refused",
                  fitting));
}

// Every page of the shelf. Nothing: it could not be read to its end.
std::optional<Json> whole_shelf(Tour& tour) {
  Json all = Json::array();
  std::string cursor;
  for (std::size_t page = 0; page < pages_max; ++page) {
    const Answer answer = ask_shelf(tour, cursor);
    const auto books = books_of(answer);
    if (!books) return std::nullopt;
    all.insert(all.end(), books->begin(), books->end());
    const auto json = json_in(answer);
    const Json* next = value_at(*json, "data.nextCursor");
    if (next == nullptr || !next->is_string()) return all;
    cursor = "?cursor=" + cloudflare::percent_encoded(next->get<std::string>());
  }
  return std::nullopt;
}

const Json* on_shelf(const Json& books, const std::string& isbn) {
  for (const Json& book : books) {
    if (field(book, "isbn") == isbn) return &book;
  }
  return nullptr;
}

// A book that is known and not on the shelf: what somebody wrote about one is never touched.
std::string book_to_shelve(const Tour& tour, const Json& books) {
  for (const Look& look : tour.reading.first) {
    const std::string& isbn = tour.reading.wanted[look.wanted].isbn;
    if (look.found && on_shelf(books, isbn) == nullptr) return isbn;
  }
  return {};
}

// What the shelf says of the book now, or null.
Json read_back(Tour& tour, const std::string& isbn) {
  const auto books = whole_shelf(tour);
  const Json* book = books ? on_shelf(*books, isbn) : nullptr;
  return book != nullptr ? *book : Json();
}

// How it ended, for people.
std::string take_away(Tour& tour, const std::string& isbn) {
  const Answer answer =
      tour.visit.ask({"DELETE", shelf_path(tour) + "/books/" + isbn, tour.options.user_token, ""});
  const auto books = whole_shelf(tour);
  if (books && on_shelf(*books, isbn) == nullptr) return "it was taken away again";
  return fmt::format("it {} on the shelf with the review '{}' (DELETE: {})",
                     books ? "STAYS" : "may STAY", mark, said(answer));
}

Found a_book_can_be_shelved(Tour& tour) {
  const auto before = whole_shelf(tour);
  if (!before) return cannot_say("the shelf could not be read to its end, so nothing was written");
  const std::string isbn = book_to_shelve(tour, *before);
  if (isbn.empty()) return cannot_say("no book was found that is not on the shelf already");
  const auto post = [&](const Json& body) {
    return tour.visit.ask(
        {"POST", shelf_path(tour) + "/books", tour.options.user_token, body.dump()});
  };
  Complaints wrong;
  const Answer added =
      post({{"isbn", isbn}, {"status", "reading"}, {"rating", 3}, {"review", mark}});
  wrong.expect(added.status == 200 || added.status == 201, "adding: " + said(added));
  const Json first = read_back(tour, isbn);
  wrong.expect(field(first, "rating") == 3 && field(first, "review") == mark &&
                   field(first, "status") == "reading",
               "what was put on the shelf is not what stands there");
  const Answer changed = post({{"isbn", isbn}, {"rating", 4}});
  wrong.expect(changed.status == 200 || changed.status == 201,
               "changing the rating alone: " + said(changed));
  const Json second = read_back(tour, isbn);
  wrong.expect(field(second, "rating") == 4, "the rating was changed and did not change");
  wrong.expect(field(second, "review") == mark && field(second, "status") == "reading",
               "changing the rating alone changed the review or the status");
  const std::string end = take_away(tour, isbn);
  const std::string over = tour.visit.why_over();
  if (wrong.count() > 0 && !over.empty()) return cannot_say(over + ". " + isbn + ": " + end);
  if (wrong.count() > 0) return fails(wrong.text() + ". " + isbn + ": " + end);
  return holds(isbn + " was put on the shelf, read back, and its rating changed alone; " + end);
}

constexpr std::array reading = {
    Check{"the owner sees the shelf", "R3.7 R6.4", "200", the_owner_sees_the_shelf},
    Check{"filters of the shelf filter", "R3.4 R6.4", "holds", filters_filter},
};
constexpr std::array writing = {
    Check{"a book can be shelved, and a change of one field keeps the others", "R3.7 R6.4", "holds",
          a_book_can_be_shelved},
};

}  // namespace

std::span<const Check> shelf_checks() {
  return reading;
}

std::span<const Check> shelf_writing_checks() {
  return writing;
}

}  // namespace cutover::target
