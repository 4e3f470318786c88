// What may become of odd values: each is put into KV under a key of its own and migrated.
#include <array>

#include <fmt/format.h>

#include "worker/check.h"
#include "worker/play.h"

namespace cutover::worker {
namespace {

constexpr std::size_t odd = 1;   // the number of the odd book
constexpr std::size_t good = 2;  // and of a good one beside it

// Migrates one odd value beside a good one.
void migrate_one(Stage& stage, const std::string& key, const Json& value) {
  stage.put(key_of(good), book(good).dump());
  stage.put(key, value.is_string() ? value.get<std::string>() : value.dump());
  static_cast<void>(migrate(stage, "", 1));
}

// A column of a book's row; "(no row)" when there is none.
std::string column(Stage& stage, const char* name, std::size_t number = odd) {
  const std::string where = " FROM Books WHERE isbn = '" + isbn(number) + "'";
  if (cell(stage, "SELECT count(*)" + where) == "0") return "(no row)";
  return cell(stage, std::string("SELECT ") + name + where);
}

bool has_row(Stage& stage, const std::string& isbn_text) {
  return cell(stage, "SELECT count(*) FROM Books WHERE isbn = '" + isbn_text + "'") != "0";
}

Json with(const char* name, Json value) {
  Json changed = book(odd);
  changed[name] = std::move(value);
  return changed;
}

Json without(const char* name) {
  Json changed = book(odd);
  changed.erase(name);
  return changed;
}

void a_year_with_unknown_digits_is_unknown(Stage& stage, Judge& judge) {
  migrate_one(stage, key_of(odd), with("publishedDate", "199?"));
  const std::string year = column(stage, "publication_year");
  judge.expect(year.empty(), "T01", "the date '199?' became the year " + year);
}

void a_year_as_number_is_a_year(Stage& stage, Judge& judge) {
  migrate_one(stage, key_of(odd), with("publishedDate", 1999));
  const std::string year = column(stage, "publication_year");
  judge.expect(year == "1999" || year.empty(), "T03",
               "a book with the number 1999 as its date: " + year);
}

void no_language_is_no_language(Stage& stage, Judge& judge) {
  migrate_one(stage, key_of(odd), without("language"));
  const std::string language = column(stage, "language");
  judge.expect(language.empty(), "T04",
               "a book without a language has the language '" + language + "'");
}

void a_thumbnail_is_a_cover(Stage& stage, Judge& judge) {
  migrate_one(stage, key_of(odd),
              with("imageLinks", {{"thumbnail", "https://books.example/t.jpg"}}));
  const std::string cover = column(stage, "cover_url");
  judge.expect(cover.find("books.example") != std::string::npos, "T06",
               "a book whose only picture is a thumbnail has no cover");
}

void an_envelope_is_opened(Stage& stage, Judge& judge) {
  migrate_one(stage, key_of(odd),
              {{"data", book(odd)}, {"cachedAt", 1'760'000'000'000}, {"ttl", 86'400}});
  const std::string title = column(stage, "title");
  judge.expect(title == "Title 1", "T07",
               "a book in an envelope {data, cachedAt, ttl} has the title '" + title + "'");
}

void no_book_makes_no_row(Stage& stage, Judge& judge) {
  const std::array<const char*, 4> values = {R"({"kind":"books#volumes","totalItems":0})",
                                             R"({"error":{"code":429,"message":"Quota exceeded"}})",
                                             "{}", "[]"};
  for (std::size_t i = 0; i < values.size(); ++i) stage.put(key_of(10 + i), values[i]);
  stage.put(key_of(good), book(good).dump());
  static_cast<void>(migrate(stage, "", 1));
  for (std::size_t i = 0; i < values.size(); ++i) {
    judge.expect(!has_row(stage, isbn(10 + i)), "T08",
                 std::string("the cached answer ") + values[i] + " became a book");
  }
}

void a_key_without_isbn_makes_no_row(Stage& stage, Judge& judge) {
  stage.put("book:isbn:BAD_DATA", book(odd).dump());
  stage.put("book:isbn:9780000000001", book(odd).dump());  // a wrong check digit
  stage.put(key_of(3) + ":summary", R"({"title":"A summary"})");
  stage.put(key_of(good), book(good).dump());
  static_cast<void>(migrate(stage, "", 1));
  for (const char* none : {"BAD_DATA", "9780000000001", ""}) {
    judge.expect(!has_row(stage, none), "T09",
                 std::string("the key book:isbn:") + none + " became a book");
  }
  judge.expect(!has_row(stage, isbn(3)), "T09", "the key book:isbn:...:summary became a book");
}

void another_book_under_a_key_makes_no_row(Stage& stage, Judge& judge) {
  Json other = book(5);
  other["industryIdentifiers"] = {{{"type", "ISBN_13"}, {"identifier", isbn(5)}}};
  migrate_one(stage, key_of(odd), other);
  const std::string title = column(stage, "title");
  judge.expect(title == "(no row)", "T10",
               "a value that names another ISBN was stored under its key's, as '" + title + "'");
}

void two_spellings_are_one_book(Stage& stage, Judge& judge) {
  stage.put("book:isbn:0439708184", R"({"title":"One book","authors":["A"]})");
  stage.put("book:isbn:9780439708180", R"({"title":"One book","authors":["A"]})");
  static_cast<void>(migrate(stage, "", 1));
  const std::string rows = cell(stage, "SELECT count(*) FROM Books");
  judge.expect(rows == "1" && has_row(stage, "9780439708180"), "T11",
               "one book under its ISBN-10 and its ISBN-13 has " + rows + " rows");
}

void columns_have_their_types(Stage& stage, Judge& judge) {
  migrate_one(stage, key_of(odd), with("title", 1984));
  const std::string title = column(stage, "title");
  judge.expect(title == "1984" || title == "(no row)", "T15",
               "the number 1984 as title became '" + title + "'");
  stage.put(key_of(6),
            Json{{"title", "Six"}, {"pageCount", "320 pages"}, {"authors", {"A"}}}.dump());
  stage.put(key_of(7), Json{{"title", "Seven"}, {"authors", "J. K."}}.dump());
  static_cast<void>(migrate(stage, "", 1));
  const std::string pages = column(stage, "typeof(page_count)", 6);
  judge.expect(pages == "integer" || pages == "null", "T15",
               "the page count '320 pages' was stored as " + pages);
  const std::string authors = column(stage, "authors", 7);
  judge.expect(authors.starts_with("["), "T15",
               "an author that is a text was stored as " + authors + ", which is no list");
}

constexpr std::array value_rows = {
    Check{"a year with unknown digits is unknown", "T01", a_year_with_unknown_digits_is_unknown},
    Check{"a date that is a number does not lose the book", "T03", a_year_as_number_is_a_year},
    Check{"no language is invented", "T04", no_language_is_no_language},
    Check{"the largest picture there is becomes the cover", "T06", a_thumbnail_is_a_cover},
    Check{"an envelope of the older code is opened", "T07", an_envelope_is_opened},
    Check{"cached empties and errors become no books", "T08", no_book_makes_no_row},
    Check{"a key that is no ISBN becomes no book", "T09", a_key_without_isbn_makes_no_row},
    Check{"a value that names another ISBN is not stored under its key's", "T10",
          another_book_under_a_key_makes_no_row},
    Check{"two spellings of an ISBN are one book", "T11", two_spellings_are_one_book},
    Check{"every column has its type", "T15", columns_have_their_types},
};

}  // namespace

std::span<const Check> value_checks() {
  return value_rows;
}

}  // namespace cutover::worker
