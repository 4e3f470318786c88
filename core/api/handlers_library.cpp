// A user's library (R3.7, plan defects U01 to U09).

#include <utility>

#include "core/api/envelope.h"
#include "core/api/handlers.h"
#include "core/api/idempotency.h"
#include "core/api/json_writer.h"
#include "core/api/values.h"
#include "core/books/canonical_json.h"
#include "core/books/transform.h"
#include "core/store/book_statements.h"
#include "core/store/live_books.h"
#include "core/store/shelf.h"

namespace cutover::api {
namespace {

using store::ShelfEnd;

constexpr std::int64_t year_max = 2100;
constexpr std::int64_t top_rated_year_default = 2024;  // as the plan has it
constexpr std::int64_t guessed_rank = 9;               // behind the rank of every real key

tl::unexpected<Problem> failed(const Failure& failure) {
  return tl::unexpected(problem_of(failure, Duration{0}, false));
}

// The book as the search gives it, and what the user has written about it (plan defect U08).
void write_item(JsonWriter& json, const store::ShelfBook& item) {
  json.begin_object().members(books::canonical_json(item.book));
  json.maybe_number("publication_year", item.book.publication_year);
  json.maybe_text("status", item.status);
  json.maybe_number("rating", item.rating);
  json.maybe_text("review", item.review);
  json.number("added_at", item.added_at);
  json.maybe_number("started_at", item.started_at);
  json.maybe_number("completed_at", item.completed_at);
  json.end_object();
}

void write_items(JsonWriter& json, const std::vector<store::ShelfBook>& items) {
  json.key("books").begin_array();
  for (const store::ShelfBook& item : items) write_item(json, item);
  json.end_array().number("count", static_cast<std::int64_t>(items.size()));
}

Checked<store::ShelfFilter> read_filter(const Call& call) {
  store::ShelfFilter filter;
  if (const auto text = call.query("status")) {
    auto status = checked_status(*text);
    if (!status) return tl::unexpected(std::move(status.error()));
    filter.status = std::move(*status);
  }
  auto rating = checked_number("rating", call.query("rating"), 1, 5);
  if (!rating) return tl::unexpected(std::move(rating.error()));
  filter.rating_min = *rating;
  auto year = checked_number("year", call.query("year"), 1, year_max);
  if (!year) return tl::unexpected(std::move(year.error()));
  filter.year = *year;
  auto added_year = checked_number("addedYear", call.query("addedYear"), 1970, year_max);
  if (!added_year) return tl::unexpected(std::move(added_year.error()));
  filter.added_year = *added_year;
  return filter;
}

// The fields of the body that change an entry; null clears a rating or a review.
Checked<store::ShelfChange> read_change(const Body& body) {
  store::ShelfChange change;
  auto status = body.text("status");
  if (!status) return tl::unexpected(std::move(status.error()));
  if (*status) {
    auto checked = checked_status(**status);
    if (!checked) return tl::unexpected(std::move(checked.error()));
    change.status = std::move(*checked);
  }
  if (body.is_null("rating")) {
    change.rating.emplace(std::nullopt);
  } else {
    auto rating = body.number("rating");
    if (!rating) return tl::unexpected(std::move(rating.error()));
    if (*rating) {
      auto checked = checked_rating(**rating);
      if (!checked) return tl::unexpected(std::move(checked.error()));
      change.rating.emplace(*checked);
    }
  }
  if (body.is_null("review")) {
    change.review.emplace(std::nullopt);
  } else {
    auto review = body.text("review");
    if (!review) return tl::unexpected(std::move(review.error()));
    if (*review) {
      auto checked = checked_review(std::move(**review));
      if (!checked) return tl::unexpected(std::move(checked.error()));
      change.review.emplace(std::move(*checked));
    }
  }
  return change;
}

// Puts a book that was found elsewhere into D1, so that it can stand on a shelf.
Outcome<void> keep_book(Call& call, const books::Isbn& isbn, const lookup::Found& found) {
  books::Transform transform;
  const std::string key = std::string(books::plan_prefix) + isbn.str();
  auto made = transform(books::Source{key, found.book, std::nullopt});
  auto* row = std::get_if<books::BookRow>(&made);
  if (row == nullptr) return {};  // the shelf says again that there is no such book
  Database& database = call.parts().database;
  if (found.tier == lookup::Tier::provider) {
    row->source_time = call.parts().runtime.wall().millis();
    const auto saved = store::save_live_book(database, *row);
    if (!saved) return saved.error();
    return {};
  }
  // From the cache: as the migration will write it, which then only completes it. When it came
  // first, its row knows more. Under which of its keys the cache had it is not known here, so every
  // entry that is really there is preferred.
  row->source_rank = guessed_rank;
  const auto written = database.query(store::backfill_insert(std::move(*row), "library"));
  if (!written) return written.error();
  return {};
}

// Adds the book; one that D1 does not know yet is looked up first (plan defect U03).
Checked<ShelfEnd> put(Call& call, const std::string& user, const books::Isbn& isbn,
                      const store::ShelfChange& change) {
  store::Shelf shelf(call.parts().database);
  auto end = shelf.put(user, isbn.digits(), change);
  if (!end) return failed(end.error());
  if (*end != ShelfEnd::no_such_book) return *end;
  const lookup::Answer answer = call.parts().lookup.find(isbn);
  if (const auto* unavailable = std::get_if<lookup::Unavailable>(&answer)) {
    return tl::unexpected(problem_of(unavailable->failure, unavailable->retry_after, false));
  }
  if (const auto* found = std::get_if<lookup::Found>(&answer)) {
    const auto kept = keep_book(call, isbn, *found);
    if (!kept) return failed(kept.error());
    end = shelf.put(user, isbn.digits(), change);
    if (!end) return failed(end.error());
    if (*end != ShelfEnd::no_such_book) return *end;
  }
  return refuse(404, "NOT_FOUND", "no book is known under the ISBN " + isbn.str());
}

Checked<HttpResponse> add(Call& call, const std::string& user) {
  auto text = call.body.text("isbn");
  if (!text) return tl::unexpected(std::move(text.error()));
  auto isbn = checked_isbn(*text ? std::optional<std::string_view>(**text) : std::nullopt);
  if (!isbn) return tl::unexpected(std::move(isbn.error()));
  auto change = read_change(call.body);
  if (!change) return tl::unexpected(std::move(change.error()));
  auto end = put(call, user, *isbn, *change);
  if (!end) return tl::unexpected(std::move(end.error()));
  JsonWriter data;
  data.begin_object().boolean("added", *end == ShelfEnd::added);
  data.boolean("changed", *end != ShelfEnd::unchanged).text("isbn", isbn->digits()).end_object();
  return success(call.parts().runtime.wall(), data.take(), *end == ShelfEnd::added ? 201 : 200);
}

// The ISBN in the path, for a change or a removal.
Checked<books::Isbn> isbn_in_path(const Call& call) {
  return checked_isbn(call.path.at(1));
}

Problem not_there(const books::Isbn& isbn) {
  return {404, "NOT_FOUND", "the book " + isbn.str() + " is not in this library", {}, {}};
}

bool is_there(ShelfEnd end) {
  return end != ShelfEnd::no_such_entry && end != ShelfEnd::no_such_book;
}

Checked<HttpResponse> change(Call& call, const std::string& user) {
  auto isbn = isbn_in_path(call);
  if (!isbn) return tl::unexpected(std::move(isbn.error()));
  auto wanted = read_change(call.body);
  if (!wanted) return tl::unexpected(std::move(wanted.error()));
  if (!wanted->status && !wanted->rating && !wanted->review) {
    return bad_request("give at least one of status, rating and review");
  }
  store::Shelf shelf(call.parts().database);
  const auto end = shelf.patch(user, isbn->digits(), *wanted);
  if (!end) return failed(end.error());
  if (!is_there(*end)) return tl::unexpected(not_there(*isbn));
  JsonWriter data;
  data.begin_object().boolean("updated", true);
  data.boolean("changed", *end != ShelfEnd::unchanged).text("isbn", isbn->digits()).end_object();
  return success(call.parts().runtime.wall(), data.take());
}

Checked<HttpResponse> remove(Call& call, const std::string& user) {
  auto isbn = isbn_in_path(call);
  if (!isbn) return tl::unexpected(std::move(isbn.error()));
  store::Shelf shelf(call.parts().database);
  const auto end = shelf.remove(user, isbn->digits());
  if (!end) return failed(end.error());
  if (!is_there(*end)) return tl::unexpected(not_there(*isbn));
  JsonWriter data;
  data.begin_object().boolean("removed", true).text("isbn", isbn->digits()).end_object();
  return success(call.parts().runtime.wall(), data.take());
}

Checked<HttpResponse> for_user(Call& call,
                               Checked<HttpResponse> (*work)(Call&, const std::string&)) {
  auto user = checked_user(call.path.at(0));
  if (!user) return tl::unexpected(std::move(user.error()));
  return once_per_key(call, *user, [&] { return work(call, *user); });
}

}  // namespace

Checked<HttpResponse> read_library(Call& call) {
  auto user = checked_user(call.path.at(0));
  if (!user) return tl::unexpected(std::move(user.error()));
  auto filter = read_filter(call);
  if (!filter) return tl::unexpected(std::move(filter.error()));
  auto limit = checked_number("limit", call.query("limit"), 1, store::Shelf::page_max);
  if (!limit) return tl::unexpected(std::move(limit.error()));
  auto after = checked_place(call.query("cursor"));
  if (!after) return tl::unexpected(std::move(after.error()));
  store::Shelf shelf(call.parts().database);
  const auto page = shelf.read(*user, *filter, limit->value_or(page_limit_default), *after);
  if (!page) return failed(page.error());
  JsonWriter data;
  data.begin_object();
  write_items(data, page->books);
  data.maybe_text("nextCursor", page->next ? std::optional(cursor_of(*page->next)) : std::nullopt);
  data.end_object();
  return success(call.parts().runtime.wall(), data.take());
}

Checked<HttpResponse> top_rated(Call& call) {
  auto user = checked_user(call.path.at(0));
  if (!user) return tl::unexpected(std::move(user.error()));
  auto given = checked_number("year", call.query("year"), 1, year_max);
  if (!given) return tl::unexpected(std::move(given.error()));
  const std::int64_t year = given->value_or(top_rated_year_default);
  store::Shelf shelf(call.parts().database);
  const auto books = shelf.top_rated(*user, year);
  if (!books) return failed(books.error());
  JsonWriter data;
  data.begin_object();
  write_items(data, *books);
  data.number("year", year).end_object();
  return success(call.parts().runtime.wall(), data.take());
}

Checked<HttpResponse> add_book(Call& call) {
  return for_user(call, add);
}

Checked<HttpResponse> change_book(Call& call) {
  return for_user(call, change);
}

Checked<HttpResponse> remove_book(Call& call) {
  return for_user(call, remove);
}

}  // namespace cutover::api
