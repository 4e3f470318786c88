// Group T of the catalogue of plan defects: what the plan's transform got wrong, and ours must not.
#include <gtest/gtest.h>

#include "tests/core/books/transforming.h"

namespace cutover::books {
namespace {

using namespace std::string_literals;

TEST(PlanDefect, T01_AnUncertainYearIsNotReadAsAShorterNumber) {
  for (const char* date : {"199?", "19??"}) {
    const BookRow row = row_with(R"("publishedDate":")"s + date + "\"");
    EXPECT_EQ(row.publication_year, std::nullopt);
    EXPECT_EQ(row.published_date, date);
    EXPECT_EQ(quality_of(row), R"(["date_unparsed"])");
  }
}

TEST(PlanDefect, T02_AnUnreadableYearIsMarkedAndNotLostUnseen) {
  for (const char* date : {"c1999", "MCMXCIX"}) {
    const BookRow row = row_with(R"("publishedDate":")"s + date + "\"");
    EXPECT_EQ(row.publication_year, std::nullopt);
    EXPECT_EQ(row.published_date, date);
    EXPECT_EQ(quality_of(row), R"(["date_unparsed"])");
  }
}

TEST(PlanDefect, T03_ANumericDateDoesNotFailTheRecord) {
  const BookRow row = row_with(R"("publishedDate":1999)");
  EXPECT_EQ(row.publication_year, 1999);
  EXPECT_EQ(row.published_date, "1999");
}

TEST(PlanDefect, T04_MissingFieldsAreNotMadeUp) {
  const BookRow row = row_of(R"({"publisher":"Suhrkamp"})");
  EXPECT_EQ(row.title, "");
  EXPECT_EQ(row.authors, "[]");
  EXPECT_EQ(row.language, std::nullopt);
  EXPECT_EQ(quality_of(row), R"(["authors_missing","title_missing"])");
}

TEST(PlanDefect, T05_MonthAndDayAreKept) {
  const BookRow row = row_with(R"("publishedDate":"2004-05-01")");
  EXPECT_EQ(row.publication_year, 2004);
  EXPECT_EQ(row.published_date, "2004-05-01");
}

TEST(PlanDefect, T06_ACoverIsFoundWhenThereAreOnlyThumbnails) {
  const BookRow row = row_with(R"("imageLinks":{"smallThumbnail":"http://books.google.com/s",)"
                               R"("thumbnail":"http://books.google.com/t"})");
  EXPECT_EQ(row.cover_url, "https://books.google.com/t");
  EXPECT_EQ(row.thumbnail_url, "https://books.google.com/t");
}

TEST(PlanDefect, T07_AnEnvelopeAroundASearchAnswerIsUnwrapped) {
  const BookRow row = row_of(
      R"({"data":{"kind":"books#volumes","totalItems":1,"items":[{"volumeInfo":{"title":"T",)"
      R"("authors":["A"],"industryIdentifiers":[{"type":"ISBN_10","identifier":"0439708184"}]}}]},)"
      R"("cachedAt":1700000000000,"ttl":604800})",
      "search:isbn:isbn=0439708184");
  EXPECT_EQ(row.title, "T");
  EXPECT_EQ(row.isbn, "9780439708180");
  EXPECT_EQ(row.source_time, 1'700'000'000'000);
  EXPECT_EQ(row.quality, std::nullopt);
}

TEST(PlanDefect, T08_CachedEmptiesAndErrorsAreNoBooks) {
  EXPECT_EQ(ending_of(R"({"kind":"books#volumes","totalItems":0})"), "empty no_match");
  EXPECT_EQ(ending_of(R"({"error":{"code":429,"message":"Quota exceeded"}})"),
            "rejected provider_error");
  EXPECT_EQ(ending_of("{}"), "rejected not_a_book");
  EXPECT_EQ(ending_of("[]"), "rejected not_an_object");
  EXPECT_EQ(ending_of(R"("text")"), "rejected not_an_object");
}

TEST(PlanDefect, T09_TheWholeRestOfTheKeyIsTheIsbnAndIsChecked) {
  const std::string book = R"({"title":"T"})";
  EXPECT_EQ(ending_of(book, "book:isbn:9780439708180:summary"), "rejected isbn_malformed");
  EXPECT_EQ(ending_of(book, "book:isbn:"), "rejected isbn_missing");
  EXPECT_EQ(ending_of(book, "book:isbn:BAD_DATA"), "rejected isbn_malformed");
  EXPECT_EQ(ending_of(book, "book:isbn:9780439708181"), "rejected isbn_bad_check_digit");
}

TEST(PlanDefect, T10_AnotherEditionIsNotStoredUnderTheKeysIsbn) {
  EXPECT_EQ(ending_of(R"({"title":"T","isbn13":"9780521693769"})", "book:isbn:9780521614030"),
            "rejected isbn_mismatch");
}

TEST(PlanDefect, T11_EveryWayOfWritingAnIsbnIsOneBook) {
  const std::string book = R"({"title":"T"})";
  for (const char* key : {"book:isbn:0439708184", "book:isbn:9780439708180",
                          "book:isbn:0-439-70818-4", "search:isbn:isbn=439708184"}) {
    EXPECT_EQ(row_of(book, key).isbn, "9780439708180") << key;
  }
  EXPECT_EQ(row_of(book, "book:isbn:080442957x").isbn, row_of(book, "book:isbn:080442957X").isbn);
}

TEST(PlanDefect, T12_ARowBeyondTwoMillionBytesHasItsOwnOutcome) {
  const std::string value = R"({"title":"T","description":")" + std::string(1'000'000, 'x') + "\"}";
  EXPECT_EQ(ending_of(value), "rejected too_large");
}

TEST(PlanDefect, T13_TheExpiryIsCarriedAlong) {
  Transform transform;
  const Transformed result =
      transform({.key = potter_key, .value = R"({"title":"T"})", .expires_at = 90});
  EXPECT_EQ(std::get<BookRow>(result).source_expires_at, 90);
}

TEST(PlanDefect, T14_TheSourcesBytesAreKeptWhateverJsonWouldMakeOfThem) {
  for (const char* value :
       {R"({"title":"T","title":"U"})", R"({"title":"T","x":9007199254740993})",
        R"({"title":"T","__proto__":{"title":"P"}})", R"({"title":"T","x":1.10,"y":1e2})"}) {
    EXPECT_EQ(row_of(value).canonical_metadata, value);
  }
  EXPECT_EQ(row_with(R"("authorsDetailed":[9007199254740993])").authors_detailed,
            "[9007199254740993]");
  EXPECT_EQ(ending_of(R"({"title":"\ud800"})"), "rejected malformed_json");
  EXPECT_EQ(ending_of("{\"title\":\"\xC3?\"}"), "rejected not_utf8");
}

TEST(PlanDefect, T15_EachColumnHasItsType) {
  const BookRow row =
      row_of(R"({"title":"T","authors":"A, B","categories":[["x"],"y"],"pageCount":"192"})");
  EXPECT_EQ(row.authors, R"(["A, B"])");
  EXPECT_EQ(row.categories, R"(["y"])");
  EXPECT_EQ(row.page_count, 192);
  EXPECT_EQ(quality_of(row),
            R"(["authors_not_array","categories_cleaned","page_count_not_number"])");
}

}  // namespace
}  // namespace cutover::books
