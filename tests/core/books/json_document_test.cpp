// Section 2 of docs/TRANSFORM.md, rules 1 to 3: bytes that are JSON, and bytes that are not.
#include "core/books/json_document.h"

#include <gtest/gtest.h>

#include "core/books/json_text.h"
#include "tests/core/books/transforming.h"

namespace cutover::books {
namespace {

using namespace std::string_literals;

// A book whose deepest field has that many arrays and objects around it, its own object included.
std::string book_of_depth(std::size_t depth, std::string_view inside) {
  return R"({"title":"T","authors":["A"],"x":)" + nested(depth - 1, inside) + "}";
}

TEST(Json, ZeroBytesAreEmpty) {
  EXPECT_EQ(ending_of(""), "empty zero_bytes");
}

TEST(Json, OnlyBlanksAreMalformed) {
  EXPECT_EQ(ending_of(" "), "rejected malformed_json");
  EXPECT_EQ(ending_of("\n\t\r "), "rejected malformed_json");
}

TEST(Json, RejectsMoreThan25MebibytesUnread) {
  std::string value(std::size_t{25} << 20, ' ');
  value.replace(0, 4, "null");
  EXPECT_EQ(ending_of(value), "empty json_null");
  value += ' ';
  EXPECT_EQ(ending_of(value), "rejected too_large");
}

TEST(Json, NamesBytesThatAreNotUtf8) {
  for (const std::string& value :
       {"{\"title\":\"caf\xC3?\"}"s, "\xFF"s, "{}\xC0\x80"s, "{\"title\":\"\xED\xA0\x80\"}"s,
        "{\"title\":\"\xF4\x90\x80\x80\"}"s, "{\"title\":\"\xE2\x82\"}"s, "[[[[\xFF"s,
        "\xEF\xBB\xBF{\"\xFF\":1}"s, "\"\xC3"s}) {
    EXPECT_EQ(ending_of(value), "rejected not_utf8") << value;
  }
}

TEST(Json, RejectsAByteOrderMark) {
  EXPECT_EQ(ending_of("\xEF\xBB\xBF{\"title\":\"T\"}"), "rejected malformed_json");
  EXPECT_EQ(ending_of("\xEF\xBB\xBF"), "rejected malformed_json");
}

TEST(Json, RejectsWhatRfc8259DoesNotAllow) {
  for (const std::string& value : {"{"s,
                                   "}"s,
                                   "{]"s,
                                   "[1}"s,
                                   "{}{}"s,
                                   "{} x"s,
                                   "{\"a\":1,}"s,
                                   "[1,]"s,
                                   "{'a':1}"s,
                                   "{a:1}"s,
                                   "{\"a\" 1}"s,
                                   "{1:2}"s,
                                   "/**/{}"s,
                                   "\f{}"s,
                                   "\xC2\xA0{}"s,
                                   "{\"a\":\"\t\"}"s,
                                   "{\"a\":\"\\'\"}"s,
                                   "{\"a\":\"\\u12G4\"}"s,
                                   "{\"a\":\"\\"s,
                                   "\"abc"s,
                                   "[01]"s,
                                   "[1.]"s,
                                   "[.5]"s,
                                   "[+1]"s,
                                   "[1e]"s,
                                   "[--1]"s,
                                   "[-]"s,
                                   "[NaN]"s,
                                   "[Infinity]"s,
                                   "[tru]"s,
                                   "[True]"s,
                                   "nullnull"s,
                                   "1 2"s,
                                   "<html></html>"s,
                                   "undefined"s}) {
    EXPECT_EQ(ending_of(value), "rejected malformed_json") << value;
  }
}

TEST(Json, RejectsNulBytesOutsideOfEscapes) {
  EXPECT_EQ(ending_of("{}\0"s), "rejected malformed_json");
  EXPECT_EQ(ending_of("\0"s), "rejected malformed_json");
  EXPECT_EQ(ending_of("{\"title\":\"a\0b\"}"s), "rejected malformed_json");
  EXPECT_EQ(ending_of("{\"pageCount\":1\0}"s), "rejected malformed_json");
  EXPECT_EQ(row_of(R"({"title":"a\u0000b"})").title, "a\0b"s);
}

TEST(Json, RejectsLoneSurrogatesAnywhere) {
  for (const std::string_view value :
       {R"({"title":"\ud800"})", R"({"title":"\udc00"})", R"({"title":"\ud800x"})",
        R"({"title":"\ud800\ud800"})", R"({"title":"\ud800A"})", R"({"\udfff":1,"title":"T"})",
        R"({"title":"T","other":[["\udbff"]]})"}) {
    EXPECT_EQ(ending_of(value), "rejected malformed_json") << value;
  }
  EXPECT_EQ(row_of(R"({"title":"\ud83d\ude00"})").title, "\xF0\x9F\x98\x80");
}

TEST(Json, RejectsNumbersOutsideOfDoubles) {
  for (const std::string& number : {"1e400"s, "-1e400"s, "1.7976931348623159e308"s,
                                    std::string(400, '9'), "1e99999999999999999999"s}) {
    EXPECT_EQ(ending_of(R"({"title":"T","x":)" + number + "}"), "rejected malformed_json")
        << number;
  }
}

TEST(Json, AcceptsEveryOtherNumber) {
  for (const std::string_view number :
       {"18446744073709551615", "-9223372036854775808", "18446744073709551616",
        "-9223372036854775809", "123456789012345678901234567890", "1.7976931348623157e308",
        "1e-400", "-0", "1E+2", "0.1", "1e-12345678901234567890"}) {
    EXPECT_EQ(ending_of(R"({"title":"T","x":)" + std::string(number) + "}"), "row") << number;
  }
}

TEST(Json, DoesNotRepairNumbersWhileReadingLargeOnes) {
  for (const std::string_view number :
       {"01234567890123456789012", "12345678901234567890123x", "--12345678901234567890123",
        "12345678901234567890123 4", "1.12345678901234567890123.", "+12345678901234567890123",
        "12345678901234567890123e", "1e12345678901234567890123"}) {
    EXPECT_EQ(ending_of(R"({"title":"T","x":)" + std::string(number) + "}"),
              "rejected malformed_json")
        << number;
  }
}

TEST(Json, ReadsLargeNumbersBesideTextsThatLookLikeThem) {
  const BookRow row =
      row_with(R"("description":"12345678901234567890123, \"12345678901234567890123\\",)"
               R"("authorsDetailed":[12345678901234567890123,-12345678901234567890123,1.25])");
  EXPECT_EQ(row.description, R"(12345678901234567890123, "12345678901234567890123\)");
  EXPECT_EQ(row.authors_detailed, "[1.2345678901234568e+22,-1.2345678901234568e+22,1.25]");
}

TEST(Json, Accepts64LevelsAndNoMore) {
  for (const std::string_view inside : {"", "1", R"("]")"}) {
    EXPECT_EQ(ending_of(book_of_depth(63, inside)), "row");
    EXPECT_EQ(ending_of(book_of_depth(64, inside)), "row");
    EXPECT_EQ(ending_of(book_of_depth(65, inside)), "rejected too_deep");
    EXPECT_EQ(ending_of(book_of_depth(66, inside)), "rejected too_deep");
  }
  EXPECT_EQ(ending_of(nested(64, "1")), "rejected not_an_object");
  EXPECT_EQ(ending_of(nested(65)), "rejected too_deep");
}

TEST(Json, CountsObjectsAsLevelsToo) {
  std::string value = "1";
  for (int depth = 1; depth < 64; ++depth) {
    value = (depth % 2 == 0 ? R"({"x":)" : "[") + value + (depth % 2 == 0 ? "}" : "]");
  }
  EXPECT_EQ(ending_of(R"({"title":"T","x":)" + value + "}"), "row");
  EXPECT_EQ(ending_of(R"({"title":"T","x":[)" + value + "]}"), "rejected too_deep");
}

TEST(Json, DoesNotCountBracketsInTexts) {
  const std::string brackets(200, '[');
  EXPECT_EQ(ending_of(book_of_depth(64, "\"\\\"" + brackets + "\"")), "row");
}

TEST(Json, IsMalformedBeforeItIsTooDeep) {
  EXPECT_EQ(ending_of(std::string(10'000, '[')), "rejected malformed_json");
  EXPECT_EQ(ending_of(nested(10'000) + "]"), "rejected malformed_json");
  EXPECT_EQ(ending_of(nested(10'000, "1e400")), "rejected malformed_json");
  EXPECT_EQ(ending_of(nested(10'000, "{]")), "rejected malformed_json");
  EXPECT_EQ(ending_of(nested(10'000, "12345678901234567890123")), "rejected too_deep");
  EXPECT_EQ(ending_of(nested(10'000, R"("\")")), "rejected malformed_json");
}

TEST(Json, GoesOnWithOrdinaryValuesAfterDeepOrLargeOnes) {
  Transform transform;
  const auto ending = [&transform](std::string_view value) {
    return ending_in_words(transform({.key = potter_key, .value = value, .expires_at = {}}));
  };
  const std::string large = R"({"title":"T","x":")" + std::string(3'000'000, 'x') + R"("})";
  for (int round = 0; round < 3; ++round) {
    EXPECT_EQ(ending(nested(10'000)), "rejected too_deep");
    EXPECT_EQ(ending(R"({"title":"T"})"), "row");
    EXPECT_EQ(ending(book_of_depth(64, "1")), "row");
    EXPECT_EQ(ending(book_of_depth(65, "")), "rejected too_deep");
    EXPECT_EQ(ending(large), "rejected too_large");
    EXPECT_EQ(ending(""), "empty zero_bytes");
    EXPECT_EQ(ending("["), "rejected malformed_json");
  }
}

TEST(Json, KeepsTheParsedValueWhenTheSourceIsGone) {
  JsonDocument document;
  {
    std::string bytes = R"(["a text that is longer than a small string"])";
    ASSERT_EQ(document.parse(bytes), std::nullopt);
    bytes.assign(bytes.size(), '?');
  }
  std::string json;
  append_json(json, document.root());
  EXPECT_EQ(json, R"(["a text that is longer than a small string"])");
}

}  // namespace
}  // namespace cutover::books
