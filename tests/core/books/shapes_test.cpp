// Section 2 of docs/TRANSFORM.md, rules 4 to 11: which part of a value is the book.
#include <gtest/gtest.h>

#include "tests/core/books/transforming.h"

namespace cutover::books {
namespace {

using namespace std::string_literals;

const std::string potter_13 =
    R"("industryIdentifiers":[{"type":"ISBN_13","identifier":"9780439708180"}])";
const std::string other_13 =
    R"("industryIdentifiers":[{"type":"ISBN_13","identifier":"9780195153446"}])";

std::string volume(const std::string& fields) {
  return R"({"volumeInfo":{)" + fields + "}}";
}
std::string answer(const std::string& items) {
  return R"({"totalItems":9,"items":[)" + items + "]}";
}

TEST(Shape, NullIsEmpty) {
  EXPECT_EQ(ending_of("null"), "empty json_null");
  EXPECT_EQ(ending_of(" null\n"), "empty json_null");
}

TEST(Shape, NoOtherScalarOrArrayIsABook) {
  for (const char* value : {"[]", "[null]", R"("text")", "1", "1.5", "18446744073709551615", "true",
                            "false", R"([{"title":"T"}])"}) {
    EXPECT_EQ(ending_of(value), "rejected not_an_object") << value;
  }
}

TEST(Envelope, GivesItsDataAndItsTime) {
  const BookRow row = row_of(R"({"data":{"title":"T"},"cachedAt":1700000000000,"ttl":86400})");
  EXPECT_EQ(row.title, "T");
  EXPECT_EQ(row.source_time, 1'700'000'000'000);
}

TEST(Envelope, DropsTheTimesFraction) {
  const auto time = [](const std::string& json) {
    return row_of(R"({"data":{"title":"T","authors":["A"]},"cachedAt":)" + json + "}");
  };
  EXPECT_EQ(time("1.9").source_time, 1);
  EXPECT_EQ(time("17e11").source_time, 1'700'000'000'000);
  EXPECT_EQ(time("253402300799999").source_time, 253402300799999);
  EXPECT_EQ(time("253402300799999").quality, std::nullopt);
}

TEST(Envelope, IgnoresAnImpossibleTimeAndSaysSo) {
  for (const char* json : {"0", "0.99", "-1", "253402300799999.5", "253402300800000", "1e300",
                           "18446744073709551615", "null", "true", R"("1700000000000")", "[]"}) {
    const BookRow row =
        row_of(R"({"cachedAt":)"s + json + R"(,"data":{"title":"T","authors":["A"]}})");
    EXPECT_EQ(row.source_time, std::nullopt) << json;
    EXPECT_EQ(quality_of(row), R"(["cached_at_invalid"])") << json;
  }
}

TEST(Envelope, MayBeEmptyOrHoldNoObject) {
  EXPECT_EQ(ending_of(R"({"data":null,"cachedAt":1})"), "empty json_null");
  EXPECT_EQ(ending_of(R"({"data":[],"cachedAt":1})"), "rejected not_an_object");
  EXPECT_EQ(ending_of(R"({"data":"x","cachedAt":null})"), "rejected not_an_object");
}

TEST(Envelope, IsOpenedOnce) {
  EXPECT_EQ(ending_of(R"({"data":{"data":{"title":"T"},"cachedAt":1},"cachedAt":1})"),
            "rejected not_a_book");
}

TEST(Envelope, NeedsBothItsKeys) {
  EXPECT_EQ(ending_of(R"({"data":{"title":"T"}})"), "rejected not_a_book");
  EXPECT_EQ(ending_of(R"({"cachedAt":1})"), "rejected not_a_book");
  EXPECT_EQ(row_of(R"({"cachedAt":5,"title":"T"})").source_time, std::nullopt);
}

TEST(Envelope, IsOpenedEvenBesideATitle) {
  EXPECT_EQ(row_of(R"({"title":"outer","data":{"title":"inner"},"cachedAt":1})").title, "inner");
}

TEST(Envelope, HoldsAnswersVolumesAndErrors) {
  const auto inside = [](const std::string& data) {
    return ending_of(R"({"data":)" + data + R"(,"cachedAt":1})");
  };
  EXPECT_EQ(inside(answer(volume(R"("title":"T",)" + potter_13))), "row");
  EXPECT_EQ(inside(volume(R"("title":"T")")), "row");
  EXPECT_EQ(inside(R"({"totalItems":0})"), "empty no_match");
  EXPECT_EQ(inside(R"({"error":{"code":429}})"), "rejected provider_error");
}

TEST(ProviderError, IsAnObjectOrATextWithoutATitle) {
  EXPECT_EQ(ending_of(R"({"error":{"code":403}})"), "rejected provider_error");
  EXPECT_EQ(ending_of(R"({"error":{}})"), "rejected provider_error");
  EXPECT_EQ(ending_of(R"({"error":"quota"})"), "rejected provider_error");
  EXPECT_EQ(ending_of(R"({"error":"quota","items":[]})"), "rejected provider_error");
  EXPECT_EQ(ending_of(R"({"error":"quota","authors":["A"]})"), "rejected provider_error");
}

TEST(ProviderError, IsNeitherBlankNorANumberNorBesideATitle) {
  for (const char* error : {R"("")", R"(" \n")", "null", "0", "1", "false", "[]"}) {
    EXPECT_EQ(ending_of(R"({"error":)"s + error + R"(,"authors":["A"]})"), "row") << error;
  }
  EXPECT_EQ(ending_of(R"({"error":"quota","title":"T"})"), "row");
  EXPECT_EQ(ending_of(R"({"error":"quota","title":null})"), "row");
}

TEST(SearchAnswer, WithoutItemsIsNoMatch) {
  for (const char* value :
       {R"({"totalItems":0})", R"({"totalItems":null})", R"({"items":[]})", R"({"items":null})",
        R"({"items":{}})", R"({"items":"x","totalItems":3})",
        R"({"totalItems":5,"authors":["A"]})"}) {
    EXPECT_EQ(ending_of(value), "empty no_match") << value;
  }
}

TEST(SearchAnswer, WithoutUsableItemsIsNoBook) {
  for (const std::string& items :
       {"null"s, "1,\"x\",[]"s, "{}"s, R"({"volumeInfo":null})"s, R"({"volumeInfo":[]})"s,
        R"({"title":"T"})"s, R"({"volumeInfo":{},"volumeInfo":1})"s}) {
    EXPECT_EQ(ending_of(answer(items)), "rejected not_a_book") << items;
  }
}

TEST(SearchAnswer, GivesTheFirstItemWithTheKeysIsbn) {
  const std::string items =
      "null," + volume(R"("title":"none")") + "," + volume(R"("title":"other",)" + other_13) + "," +
      volume(R"("title":"first",)" + potter_13) + "," + volume(R"("title":"second",)" + potter_13);
  const BookRow row = row_of(answer(items));
  EXPECT_EQ(row.title, "first");
  EXPECT_EQ(quality_of(row), R"(["authors_missing"])");
}

TEST(SearchAnswer, FallsBackToTheFirstItemWithoutIdentifiersAndSaysSo) {
  const std::string items = volume(R"("title":"other",)" + other_13) + "," +
                            volume(R"("title":"none","isbn":"no isbn","industryIdentifiers":[1])") +
                            "," + volume(R"("title":"none either")");
  const BookRow row = row_of(answer(items));
  EXPECT_EQ(row.title, "none");
  EXPECT_EQ(quality_of(row), R"(["authors_missing","isbn_unconfirmed"])");
}

TEST(SearchAnswer, OfOtherBooksOnlyIsAMismatch) {
  EXPECT_EQ(ending_of(answer(volume(R"("title":"other",)" + other_13))), "rejected isbn_mismatch");
}

TEST(SearchAnswer, WithAnEmptyVolumeIsNoBook) {
  EXPECT_EQ(ending_of(answer(volume(""))), "rejected not_a_book");
}

TEST(SearchAnswer, TakesTheLastOfEqualVolumes) {
  EXPECT_EQ(row_of(answer(R"({"volumeInfo":{"title":"A"},"volumeInfo":{"title":"B"}})")).title,
            "B");
}

TEST(SearchAnswer, BesideATitleIsAPlainBook) {
  EXPECT_EQ(row_of(R"({"title":"T","items":[],"totalItems":0})").title, "T");
}

TEST(Volume, GivesItsVolumeInfo) {
  EXPECT_EQ(row_of(volume(R"("title":"T")")).title, "T");
  EXPECT_EQ(ending_of(R"({"volumeInfo":{"x":1},"authors":["A"]})"), "rejected not_a_book");
  EXPECT_EQ(row_of(R"({"title":"outer","volumeInfo":{"title":"inner"}})").title, "outer");
  EXPECT_EQ(row_of(R"({"volumeInfo":"x","publisher":"P"})").publisher, "P");
}

TEST(Volume, IsOpenedOnce) {
  EXPECT_EQ(ending_of(R"({"volumeInfo":{"volumeInfo":{"title":"T"}}})"), "rejected not_a_book");
}

TEST(Book, IsKnownByAnyOneKeyWhateverItsValue) {
  for (const std::string key :
       {"title", "authors", "isbn", "isbn10", "isbn13", "industryIdentifiers", "publisher",
        "publishedDate", "description", "imageLinks", "pageCount"}) {
    EXPECT_EQ(ending_of("{\"" + key + "\":null}"), "row") << key;
    EXPECT_EQ(ending_of("{\"" + key + "\":7}"), "row") << key;
  }
}

TEST(Book, IsNotKnownByOtherKeys) {
  for (const char* value :
       {"{}", R"({"language":"en"})", R"({"categories":["x"]})", R"({"authorsDetailed":[]})",
        R"({"Title":"T"})", R"({"titles":"T"})", R"({"":"T"})", R"({"data":{"title":"T"}})",
        R"({"a key that is longer than every key of a book":1})"}) {
    EXPECT_EQ(ending_of(value), "rejected not_a_book") << value;
  }
}

TEST(Book, ReadsKeysWrittenWithEscapes) {
  EXPECT_EQ(row_of(R"({"\u0074itle":"T"})").title, "T");
}

TEST(Identifiers, ConfirmTheKeyInAnyWayOfWritingIt) {
  for (const char* field :
       {R"("isbn":"0439708184")", R"("isbn10":"0-439-70818-4")", R"("isbn13":"978-0439708180")",
        R"("isbn":"9780195153446","isbn13":"9780439708180")",
        R"("isbn13":"9780439708180","isbn":"9780195153446")",
        R"("industryIdentifiers":[{"type":"ISBN_10","identifier":"439708184"}])"}) {
    EXPECT_EQ(quality_of(row_with(field)), "none") << field;
  }
}

TEST(Identifiers, OfAnotherBookAreAMismatch) {
  for (const char* field :
       {R"("isbn":"9780195153446")", R"("isbn10":"0195153448")", R"("isbn13":"9780195153446")",
        R"("industryIdentifiers":[{"identifier":"0195153448","type":"ISBN_10"}])",
        R"("isbn":"","industryIdentifiers":[0,{"type":"ISBN_13","identifier":"9780195153446"}])"}) {
    EXPECT_EQ(ending_of(R"({"title":"T",)"s + field + "}"), "rejected isbn_mismatch") << field;
  }
}

TEST(Identifiers, ThatGiveNoIsbnDoNotCount) {
  for (const char* field :
       {R"("isbn":9780195153446)", R"("isbn13":9.78e12)", R"("isbn":"BAD_DATA")",
        R"("isbn":"9780195153447")", R"("isbn10":null)", R"("industryIdentifiers":{})",
        R"("industryIdentifiers":[])", R"("industryIdentifiers":["9780195153446"])",
        R"("industryIdentifiers":[{"type":"OTHER","identifier":"9780195153446"}])",
        R"("industryIdentifiers":[{"type":"isbn_13","identifier":"9780195153446"}])",
        R"("industryIdentifiers":[{"identifier":"9780195153446"}])",
        R"("industryIdentifiers":[{"type":"ISBN_13","identifier":9780195153446}])",
        R"("industryIdentifiers":[{"type":"ISBN_13"}])"}) {
    EXPECT_EQ(quality_of(row_with(field)), "none") << field;
  }
}

TEST(DuplicateKeys, LetTheLastOneCountAndAreMarkedInTheBook) {
  const BookRow row = row_of(R"({"title":"A","authors":["A"],"title":"B"})");
  EXPECT_EQ(row.title, "B");
  EXPECT_EQ(quality_of(row), R"(["duplicate_keys"])");
  EXPECT_EQ(quality_of(row_with(R"("x":1,"\u0078":2)")), R"(["duplicate_keys"])");
}

TEST(DuplicateKeys, LetTheLastOneCountEvenWhenItIsNull) {
  EXPECT_EQ(quality_of(row_of(R"({"title":"A","authors":["A"],"title":null})")),
            R"(["duplicate_keys","title_missing"])");
}

TEST(DuplicateKeys, AreNotMarkedOutsideTheBook) {
  EXPECT_EQ(quality_of(row_of(R"({"data":{"title":"X"},"cachedAt":1,"ttl":1,"ttl":2,)"
                              R"("data":{"title":"T","authors":["A"]}})")),
            "none");
  EXPECT_EQ(quality_of(row_with(R"("x":{"a":1,"a":2})")), "none");
}

TEST(DuplicateKeys, AreFoundAmongManyKeys) {
  std::string fields;
  for (int key = 0; key < 1'000; ++key) {
    fields += R"("key )" + std::to_string(key) + R"(":1,)";
  }
  EXPECT_EQ(quality_of(row_with(fields + R"("x":1)")), "none");
  EXPECT_EQ(quality_of(row_with(fields + R"("key 7":1)")), R"(["duplicate_keys"])");
}

TEST(DuplicateKeys, LetTheLastIdentifierCount) {
  EXPECT_EQ(quality_of(row_with(R"("industryIdentifiers":[{"type":"ISBN_13",)"
                                R"("identifier":"9780195153446","type":"OTHER"}])")),
            "none");
}

}  // namespace
}  // namespace cutover::books
