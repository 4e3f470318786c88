// Section 2 of docs/TRANSFORM.md, rule by rule.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/scenarios/reference/page.h"

namespace cutover::reference {
namespace {

using ::testing::Contains;
using ::testing::Not;

struct ObjectCase {
  std::string value;
  std::string ending;
};

void expect_endings(const std::vector<ObjectCase>& cases) {
  for (const ObjectCase& c : cases) {
    SCOPED_TRACE(c.value.substr(0, 200));
    EXPECT_EQ(ending(of(c.value)), c.ending);
  }
}

std::string nested(std::size_t depth) {
  return std::string(depth, '[') + std::string(depth, ']');
}

TEST(ReferenceValue, Rule1JudgesTheSizeFirst) {
  const std::size_t limit = 26214400;  // 25 MiB
  expect_endings({{"", "empty zero_bytes"}});
  EXPECT_EQ(ending(of(std::string(limit + 1, '\xFF'))), "rejected too_large");
  EXPECT_EQ(ending(of(std::string(limit, '\xFF'))), "rejected not_utf8");
}

TEST(ReferenceValue, Rule2RefusesWhatIsNotUtf8BeforeReadingJson) {
  expect_endings({{"\xFF", "rejected not_utf8"},
                  {"{\"title\":\"Caf\xE9\"}", "rejected not_utf8"},   // Latin-1
                  {"{\"title\":\"\xC0\xAF\"}", "rejected not_utf8"},  // overlong
                  {"{\"title\":\"\xE0\x9F\xBF\"}", "rejected not_utf8"},
                  {"{\"title\":\"\xED\xA0\x80\"}", "rejected not_utf8"},  // a surrogate
                  {"{\"title\":\"\xF4\x90\x80\x80\"}", "rejected not_utf8"},
                  {"{\"title\":\"\xF5\x80\x80\x80\"}", "rejected not_utf8"},
                  {"{\"title\":\"\xE2\x82", "rejected not_utf8"},  // cut
                  {"{\"title\":\"\xF4\x8F\xBF\xBF \xEF\xBF\xBF \xC3\xA9\"}", "row"}});
}

TEST(ReferenceValue, Rule3RefusesWhatIsNotJson) {
  expect_endings({{"\xEF\xBB\xBF{\"title\":\"T\"}", "rejected malformed_json"},
                  {" ", "rejected malformed_json"},
                  {"{\"title\":\"T\"", "rejected malformed_json"},
                  {"{\"title\":\"T\",}", "rejected malformed_json"},
                  {"{'title':'T'}", "rejected malformed_json"},
                  {"{\"title\":\"T\"} x", "rejected malformed_json"},
                  {"{\"title\":\"T\"}{}", "rejected malformed_json"},
                  {"// c\n{\"title\":\"T\"}", "rejected malformed_json"},
                  {"<html>", "rejected malformed_json"},
                  {"{\"title\":NaN}", "rejected malformed_json"},
                  {"{\"title\":\"a\tb\"}", "rejected malformed_json"},
                  {"{\"title\":\"\\x41\"}", "rejected malformed_json"},
                  {"{\"title\":01}", "rejected malformed_json"},
                  {"{\"title\":+1}", "rejected malformed_json"},
                  {"{\"title\":1.}", "rejected malformed_json"},
                  {"\f{}", "rejected malformed_json"},
                  {" \t\r\n{\"title\":\"T\"}\r\n", "row"}});
  using namespace std::string_literals;
  EXPECT_EQ(ending(of("{\"title\":\"T\"}\0"s)), "rejected malformed_json");
  EXPECT_EQ(ending(of("{\"title\":\"T\"}\0 junk"s)), "rejected malformed_json");
}

TEST(ReferenceValue, Rule3RefusesLoneSurrogateEscapes) {
  expect_endings({{R"({"title":"\ud800"})", "rejected malformed_json"},
                  {R"({"title":"\ud800A"})", "rejected malformed_json"},
                  {R"({"title":"\udc00"})", "rejected malformed_json"},
                  {R"({"\udc00":1,"title":"T"})", "rejected malformed_json"}});
  EXPECT_EQ(column(of(R"({"title":"\ud83d\ude00"})"), "title"), "\xF0\x9F\x98\x80");
}

TEST(ReferenceValue, Rule3RefusesNumbersOutsideSixtyFourBitsAndDoubles) {
  const auto with = [](const std::string& number) {
    return "{\"title\":\"T\",\"rating\":" + number + "}";
  };
  expect_endings({{with("18446744073709551615"), "row"},
                  {with("18446744073709551616"), "row"},
                  {with("-9223372036854775808"), "row"},
                  {with("-9223372036854775809"), "row"},
                  {with("18446744073709551616.0"), "row"},
                  {with("1e308"), "row"},
                  {with("1e309"), "rejected malformed_json"},
                  {with("-1e309"), "rejected malformed_json"},
                  {with("1e-400"), "row"}});
}

TEST(ReferenceValue, Rule3AllowsSixtyFourLevelsAndNoMore) {
  expect_endings({{nested(64), "rejected not_an_object"},
                  {nested(65), "rejected too_deep"},
                  {"{\"title\":\"T\",\"x\":" + nested(63) + "}", "row"},
                  {"{\"title\":\"T\",\"x\":" + nested(64) + "}", "rejected too_deep"},
                  // Malformed stands before too deep, wherever the mistake is.
                  {nested(65) + "]", "rejected malformed_json"},
                  {std::string(65, '['), "rejected malformed_json"}});
}

TEST(ReferenceValue, Rule3SurvivesAMillionLevels) {
  EXPECT_EQ(ending(of(nested(1000000))), "rejected too_deep");
  EXPECT_EQ(ending(of(std::string(1000000, '['))), "rejected malformed_json");
}

TEST(ReferenceValue, Rule4TakesNullForNothingKnownAndRefusesOtherValues) {
  expect_endings({{"null", "empty json_null"},
                  {"true", "rejected not_an_object"},
                  {"0", "rejected not_an_object"},
                  {"\"\"", "rejected not_an_object"},
                  {"[]", "rejected not_an_object"},
                  {"[{\"title\":\"T\"}]", "rejected not_an_object"}});
}

TEST(ReferenceEnvelope, Rule5TakesTheDataAndTheTime) {
  const Result result =
      of(R"({"cachedAt":1699999999999,"data":{"title":"T","authors":["A"]},"ttl":5})");
  EXPECT_EQ(column(result, "title"), "T");
  EXPECT_EQ(column(result, "source_time"), "1699999999999");
  EXPECT_EQ(result.marks, MarkList{});
}

TEST(ReferenceEnvelope, Rule5ReadsCachedAtAsANumberInRangeWithoutItsFraction) {
  const std::vector<std::pair<std::string, Value>> cases = {
      {"1", "1"},
      {"1.9", "1"},
      {"1.5e12", "1500000000000"},
      {"253402300799999", "253402300799999"},
      {"253402300800000", std::nullopt},
      {"253402300799999.5", std::nullopt},
      {"18446744073709551615", std::nullopt},
      {"0", std::nullopt},
      {"0.9", std::nullopt},
      {"-1", std::nullopt},
      {"1e300", std::nullopt},
      {"null", std::nullopt},
      {"true", std::nullopt},
      {"\"1699999999999\"", std::nullopt},
      {"{}", std::nullopt},
  };
  for (const auto& [cached_at, source_time] : cases) {
    SCOPED_TRACE(cached_at);
    const Result result =
        of("{\"data\":{\"title\":\"T\",\"authors\":[\"A\"]},\"cachedAt\":" + cached_at + "}");
    EXPECT_EQ(column(result, "source_time"), source_time);
    EXPECT_EQ(result.marks, source_time ? MarkList{} : MarkList{"cached_at_invalid"});
  }
}

TEST(ReferenceEnvelope, Rule5GoesOnOnceAndOnlyWithBothKeys) {
  expect_endings(
      {{R"({"data":null,"cachedAt":1})", "empty json_null"},
       {R"({"data":null,"cachedAt":"x"})", "empty json_null"},
       {R"({"data":[],"cachedAt":1})", "rejected not_an_object"},
       {R"({"data":"T","cachedAt":1})", "rejected not_an_object"},
       {R"({"data":{"title":"T"}})", "rejected not_a_book"},
       {R"({"cachedAt":1})", "rejected not_a_book"},
       {R"({"data":{"data":{"title":"T"},"cachedAt":1},"cachedAt":1})", "rejected not_a_book"},
       {R"({"title":"T","data":null,"cachedAt":1})", "empty json_null"}});
}

TEST(ReferenceError, Rule6RefusesAnObjectOrAFilledStringWithoutATitle) {
  expect_endings({{R"({"error":{"code":429}})", "rejected provider_error"},
                  {R"({"error":{}})", "rejected provider_error"},
                  {R"({"error":"quota"})", "rejected provider_error"},
                  {R"({"error":"quota","items":[]})", "rejected provider_error"},
                  {R"({"data":{"error":"quota"},"cachedAt":1})", "rejected provider_error"},
                  {R"({"error":" \t"})", "rejected not_a_book"},
                  {R"({"error":429})", "rejected not_a_book"},
                  {R"({"error":null,"totalItems":0})", "empty no_match"},
                  {R"({"error":"quota","title":"T"})", "row"},
                  {R"({"error":"quota","title":null})", "row"}});
}

TEST(ReferenceSearch, Rule7WithoutItemsIsNoMatch) {
  expect_endings({{R"({"totalItems":0})", "empty no_match"},
                  {R"({"totalItems":1})", "empty no_match"},
                  {R"({"items":[]})", "empty no_match"},
                  {R"({"items":null})", "empty no_match"},
                  {R"({"items":{}})", "empty no_match"},
                  {R"({"data":{"totalItems":0},"cachedAt":1})", "empty no_match"},
                  // Rule 7 stands before rule 8.
                  {R"({"totalItems":0,"volumeInfo":{"title":"T"}})", "empty no_match"}});
}

TEST(ReferenceSearch, Rule7RefusesAnswersWithoutAUsableItem) {
  expect_endings({{R"({"items":[null,1,"x",[],{}]})", "rejected not_a_book"},
                  {R"({"items":[{"volumeInfo":null},{"volumeInfo":[]}]})", "rejected not_a_book"},
                  {R"({"items":[{"volumeInfo":{}}]})", "rejected not_a_book"}});  // rule 10
}

TEST(ReferenceSearch, Rule7TakesTheFirstItemWithTheKeysIsbn) {
  const Result result = of(R"({"totalItems":4,"items":[
      {"volumeInfo":{"title":"none"}},
      {"volumeInfo":{"title":"other","isbn":"9780002005012"}},
      {"volumeInfo":{"title":"first","authors":["A"],"industryIdentifiers":[
          {"type":"ISBN_10","identifier":"0439708184"}]}},
      {"volumeInfo":{"title":"second","isbn13":"9780439708180"}}]})");
  EXPECT_EQ(column(result, "title"), "first");
  EXPECT_EQ(result.marks, MarkList{});
}

TEST(ReferenceSearch, Rule7ElseTakesTheFirstItemWithoutIdentifiersAndMarksIt) {
  const Result result = of(R"({"items":[
      {"volumeInfo":{"title":"other","isbn":"9780002005012"}},
      {"volumeInfo":{"title":"none","authors":["A"],"industryIdentifiers":[
          {"type":"OTHER","identifier":"UOM:390"},{"type":"ISBN_10","identifier":"bad"}]}},
      {"volumeInfo":{"title":"also none"}}]})");
  EXPECT_EQ(column(result, "title"), "none");
  EXPECT_EQ(result.marks, MarkList{"isbn_unconfirmed"});
}

TEST(ReferenceSearch, Rule7ElseIsAMismatch) {
  expect_endings({{R"({"items":[{"volumeInfo":{"title":"other","isbn":"9780002005012"}}]})",
                   "rejected isbn_mismatch"}});
}

TEST(ReferenceSearch, Rule7DoesNotApplyToAnObjectWithATitle) {
  EXPECT_EQ(column(of(R"({"title":"T","items":[]})"), "title"), "T");
}

TEST(ReferenceVolume, Rule8TakesTheVolumeInfoOfAnObjectWithoutATitle) {
  EXPECT_EQ(column(of(R"({"kind":"books#volume","volumeInfo":{"title":"V"}})"), "title"), "V");
  EXPECT_EQ(column(of(R"({"title":"T","volumeInfo":{"title":"V"}})"), "title"), "T");
  expect_endings({{R"({"volumeInfo":[]})", "rejected not_a_book"},
                  {R"({"volumeInfo":{"volumeInfo":{"title":"V"}}})", "rejected not_a_book"}});
}

TEST(ReferenceBook, Rule10NeedsOneKeyOfABookWhateverItsValue) {
  for (const char* key : {"title", "authors", "isbn", "isbn10", "isbn13", "industryIdentifiers",
                          "publisher", "publishedDate", "description", "imageLinks", "pageCount"}) {
    SCOPED_TRACE(key);
    EXPECT_EQ(ending(of("{\"" + std::string(key) + "\":null}")), "row");
  }
  expect_endings(
      {{"{}", "rejected not_a_book"},
       {R"({"language":"en","categories":["x"],"authorsDetailed":[]})", "rejected not_a_book"}});
}

TEST(ReferenceBook, Rule11RefusesABookThatNamesOnlyOtherIsbns) {
  expect_endings(
      {{R"({"title":"T","isbn":"9780002005012"})", "rejected isbn_mismatch"},
       {R"({"title":"T","isbn10":"0002005018"})", "rejected isbn_mismatch"},
       {R"({"title":"T","isbn13":"9780002005012"})", "rejected isbn_mismatch"},
       {R"({"title":"T","industryIdentifiers":[{"type":"ISBN_13","identifier":"9780002005012"}]})",
        "rejected isbn_mismatch"},
       {R"({"title":"T","isbn":"9780002005012","isbn10":"0439708184"})", "row"},
       {R"({"title":"T","isbn":"0-439-70818-4"})", "row"},
       {R"({"title":"T","isbn":"439708184"})", "row"},
       // None of these counts.
       {R"({"title":"T","isbn":9780002005012})", "row"},
       {R"({"title":"T","isbn":["9780002005012"]})", "row"},
       {R"({"title":"T","isbn":"9780002005013"})", "row"},
       {R"({"title":"T","isbn":"unknown"})", "row"},
       {R"({"title":"T","isbn":"book:isbn:9780002005012"})", "row"},
       {R"({"title":"T","industryIdentifiers":{"type":"ISBN_13","identifier":"9780002005012"}})",
        "row"},
       {R"({"title":"T","industryIdentifiers":[{"type":"ISSN","identifier":"9780002005012"}]})",
        "row"},
       {R"({"title":"T","industryIdentifiers":[{"type":"ISBN_13","identifier":9780002005012}]})",
        "row"}});
}

TEST(ReferenceBook, Rule11LeavesNoMarkWhenTheBookNamesNoIsbn) {
  EXPECT_EQ(book_with(R"("isbn":"439708184")").marks, MarkList{});
  EXPECT_EQ(book_with(R"("isbn":"unknown")").marks, MarkList{});
}

TEST(ReferenceDuplicates, TheLastOneCountsAndIsMarkedInTheBookObject) {
  const Result result = of(R"({"title":"first","authors":["A"],"t\u0069tle":"last"})");
  EXPECT_EQ(column(result, "title"), "last");
  EXPECT_EQ(result.marks, MarkList{"duplicate_keys"});
}

TEST(ReferenceDuplicates, OutsideTheBookObjectTheyAreNotMarked) {
  const Result envelope =
      of(R"({"data":null,"data":{"title":"T","authors":["A"]},"cachedAt":"x","cachedAt":7})");
  EXPECT_EQ(column(envelope, "source_time"), "7");
  EXPECT_THAT(envelope.marks, Not(Contains("duplicate_keys")));
  const Result inside = book_with(R"("imageLinks":{"small":"a","small":"b"})");
  EXPECT_EQ(column(inside, "cover_url"), "b");
  EXPECT_EQ(inside.marks, MarkList{});
}

TEST(ReferenceDuplicates, ALastNullTakesTheValueAway) {
  const Result result = book_with(R"("language":"en","language":null)");
  EXPECT_EQ(column(result, "language"), std::nullopt);
  EXPECT_EQ(result.marks, MarkList{"duplicate_keys"});
}

}  // namespace
}  // namespace cutover::reference
