// The one representation of a book, whichever tier it came from.
#include "core/books/canonical_json.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/core/books/transforming.h"

namespace cutover::books {
namespace {

constexpr std::string_view potter = "9780439708180";

BookRow full_row() {
  return row_of(R"({"title":"Harry \"P\"","authors":["J. K. Rowling","Mary\nGrandPré"],)"
                R"("authorsDetailed":[{"name":"J","n":1.50}],"publishedDate":"1998-09-01",)"
                R"("publisher":"Scholastic","pageCount":309,"language":"en",)"
                R"("categories":["Fiction"],"description":"A boy.",)"
                R"("imageLinks":{"large":"https://x/l","thumbnail":"https://x/t"}})");
}

BookRow read_back(const BookRow& row) {
  return row_of(canonical_json(row));
}

TEST(CanonicalJson, HasEveryKeyInOneOrder) {
  EXPECT_EQ(canonical_json(full_row()),
            R"({"isbn":"9780439708180","title":"Harry \"P\"",)"
            R"("authors":["J. K. Rowling","Mary\nGrandPré"],)"
            R"("authorsDetailed":[{"name":"J","n":1.5}],"publishedDate":"1998-09-01",)"
            R"("publisher":"Scholastic","pageCount":309,"language":"en",)"
            R"("categories":["Fiction"],"description":"A boy.",)"
            R"("imageLinks":{"large":"https://x/l","medium":"https://x/l",)"
            R"("thumbnail":"https://x/t"}})");
}

TEST(CanonicalJson, SaysNullForWhatIsNotKnown) {
  EXPECT_EQ(canonical_json(row_of(R"({"title":null,"authors":null})")),
            R"({"isbn":"9780439708180","title":null,"authors":[],"authorsDetailed":null,)"
            R"("publishedDate":null,"publisher":null,"pageCount":null,"language":null,)"
            R"("categories":null,"description":null,"imageLinks":null})");
}

TEST(CanonicalJson, R15_IsTheSameAfterAnotherPassThroughTheTransform) {
  const std::vector<std::string> values = {
      R"({"title":"T","authors":["A"],"publishedDate":"199?"})",
      R"({"title":7,"authors":"One","publishedDate":2008,"pageCount":"12"})",
      R"({"title":" ","authors":[1,"B"],"publishedDate":{"$date":"1999-01-01T00:00:00Z"}})",
      R"({"title":"T","publishedDate":-720,"categories":"History","pageCount":0})",
      R"({"title":"T","authorsDetailed":{"a":[1e2,-0.0,123456789012345678901234567890]}})",
      R"({"title":"T","imageLinks":{"smallThumbnail":"http://books.google.com/s"}})",
      R"({"title":"T","imageLinks":{"extraLarge":"https://x/xl"}})",
      R"({"title":"\u0000\u001f\\\"\ud83d\ude00","authors":["\b\f\r\t"]})",
      R"({"totalItems":1,"items":[{"volumeInfo":{"title":"In an item","authors":["A"]}}]})",
      R"({"cachedAt":1700000000000,"data":{"title":"In an envelope"}})",
  };
  for (const std::string& value : values) {
    const BookRow row = row_of(value);
    EXPECT_EQ(canonical_json(read_back(row)), canonical_json(row)) << value;
  }
}

TEST(CanonicalJson, R08_ColumnsWinOverTheStoredBlob) {
  BookRow row = full_row();
  row.title = "Corrected";
  EXPECT_NE(canonical_json(row).find(R"("title":"Corrected")"), std::string::npos);
  EXPECT_NE(row.canonical_metadata.find("Harry"), std::string::npos);
}

TEST(CanonicalJson, ShowsTheYearOfARowThatHasNoDate) {
  BookRow row = full_row();
  row.published_date.reset();
  row.publication_year = 476;
  EXPECT_NE(canonical_json(row).find(R"("publishedDate":"0476")"), std::string::npos);
  EXPECT_EQ(read_back(row).publication_year, 476);
}

TEST(CanonicalJson, ShowsAThumbnailWithoutCoverAsTheTransformReadsIt) {
  BookRow row = full_row();
  row.cover_url.reset();
  EXPECT_EQ(canonical_json(read_back(row)), canonical_json(row));
}

TEST(CanonicalJson, ARowThatTheTransformWouldNormaliseSettlesAfterOneReading) {
  BookRow row = full_row();
  row.authors = R"([ "A", " ", 3 ])";
  row.cover_url = "http://books.google.com/c";
  const BookRow once = read_back(row);
  EXPECT_NE(canonical_json(once), canonical_json(row));
  EXPECT_EQ(canonical_json(read_back(once)), canonical_json(once));
}

TEST(CacheValue, IsTheSourcesBytesWhileTheyStillSayTheSame) {
  Transform transform;
  const BookRow row = full_row();
  EXPECT_EQ(cache_value(row, transform), row.canonical_metadata);
}

TEST(CacheValue, R08_IsTheCanonicalBookOnceAColumnWasCorrected) {
  Transform transform;
  BookRow row = full_row();
  row.title = "Corrected";
  EXPECT_EQ(cache_value(row, transform), canonical_json(row));
}

TEST(CacheValue, IsABareBookWhenTheSourceStoodUnderTheOlderPrefix) {
  Transform transform;
  const BookRow row = row_of(R"({"cachedAt":1700000000000,"data":{"title":"Old","authors":["A"]}})",
                             "search:isbn:isbn=0439708184");
  EXPECT_EQ(cache_value(row, transform), canonical_json(row));
}

TEST(CacheValue, IsTheCanonicalBookWhenTheSourceNoLongerReads) {
  Transform transform;
  BookRow row = full_row();
  row.canonical_metadata = "{";
  EXPECT_EQ(cache_value(row, transform), canonical_json(row));
}

TEST(LiveRow, KeepsTheBookAloneAndWhenItWasFetched) {
  Transform transform;
  const Transformed made = live_row(
      potter,
      R"({"totalItems":2,"items":[{"volumeInfo":{"title":"Another","industryIdentifiers":)"
      R"([{"type":"ISBN_13","identifier":"9780140328721"}]}},)"
      R"({"volumeInfo":{"title":"The one","authors":["A"],"pageCount":0,"industryIdentifiers":)"
      R"([{"type":"ISBN_10","identifier":"0439708184"}]}}]})",
      1'764'000'000'000, transform);
  const auto* row = std::get_if<BookRow>(&made);
  ASSERT_NE(row, nullptr) << ending_in_words(made);
  EXPECT_EQ(row->title, "The one");
  EXPECT_EQ(row->canonical_metadata, canonical_json(*row));
  EXPECT_EQ(cache_value(*row, transform), row->canonical_metadata);
  EXPECT_EQ(row->source_time, 1'764'000'000'000);
  EXPECT_EQ(row->source_rank, 0);
  EXPECT_EQ(row->quality, R"(["page_count_unknown"])") << "what was altered on the way is kept";
}

TEST(LiveRow, R09_IsRejectedWhenTheProviderMeansAnotherBook) {
  Transform transform;
  const Transformed made =
      live_row(potter,
               R"({"items":[{"volumeInfo":{"title":"Another","industryIdentifiers":)"
               R"([{"type":"ISBN_13","identifier":"9780140328721"}]}}]})",
               1, transform);
  EXPECT_EQ(ending_in_words(made), "rejected isbn_mismatch");
}

TEST(LiveRow, IsEmptyWhenTheProviderHasNothing) {
  Transform transform;
  EXPECT_EQ(ending_in_words(live_row(potter, R"({"totalItems":0})", 1, transform)),
            "empty no_match");
}

}  // namespace
}  // namespace cutover::books
