#include <gtest/gtest.h>

#include <array>

#include "core/api/body.h"
#include "core/api/envelope.h"
#include "core/api/json_writer.h"
#include "core/api/text_rules.h"

namespace cutover::api {
namespace {

constexpr std::array<std::string_view, 2> fields = {"a", "b"};

std::string refusal(std::string_view bytes, std::size_t depth = 16) {
  const auto body = Body::parse(bytes, depth, fields);
  return body ? "accepted" : std::string(body.error().code) + " " + body.error().message;
}

TEST(JsonWriter, PutsCommasBetweenValuesOnly) {
  JsonWriter json;
  json.begin_object().text("a", "x").key("b").begin_array().number(1).boolean(true).null();
  json.begin_object().end_object().end_array().members("{}").members(R"({"c":2})").real("d", 0.5);
  json.end_object();
  EXPECT_EQ(json.take(), R"({"a":"x","b":[1,true,null,{}],"c":2,"d":0.5})");
}

TEST(JsonWriter, WritesValidJsonWhateverTheText) {
  JsonWriter json;
  json.begin_array().text("\"\\\n\x01").text("\xC3\xA9").text("a\xFF\xC3").end_array();
  EXPECT_EQ(json.take(), "[\"\\\"\\\\\\n\\u0001\",\"\xC3\xA9\",\"a\?\?\"]");
}

TEST(Envelope, WritesTheTimeAsJavaScriptDoes) {
  EXPECT_EQ(iso_time({1'764'000'000'007'000}), "2025-11-24T16:00:00.007Z");
  EXPECT_EQ(iso_time({951'782'399'999'000}), "2000-02-28T23:59:59.999Z");
}

TEST(Body, ReadsEachTypeAndKnowsAbsence) {
  const auto body = Body::parse(R"({"a":"x","b":7})", 16, fields);
  ASSERT_TRUE(body.has_value());
  EXPECT_EQ(body->text("a").value(), "x");
  EXPECT_EQ(body->number("b").value(), 7);
  EXPECT_EQ(body->boolean("c").value(), std::nullopt);
  EXPECT_FALSE(body->number("a").has_value());
  EXPECT_FALSE(Body::parse(R"({"a":1.5})", 16, fields)->number("a").has_value());
  EXPECT_TRUE(Body::parse(R"({"a":null})", 16, fields)->is_null("a"));
}

TEST(Body, NamesWhatIsWrong) {
  EXPECT_TRUE(refusal("{").starts_with("INVALID_JSON"));
  EXPECT_TRUE(refusal("[1]").starts_with("INVALID_JSON"));
  EXPECT_TRUE(refusal("\"\xFF\"").starts_with("INVALID_JSON"));
  EXPECT_EQ(refusal(R"({"z":1})"), R"(INVALID_REQUEST unknown field "z"; known: a, b)");
  EXPECT_EQ(refusal(R"({"a":1,"a":2})"),
            R"(INVALID_REQUEST the field "a" stands in the body twice)");
}

TEST(Body, BoundsTheDepth) {
  EXPECT_EQ(refusal(R"({"a":[]})", 2), "accepted");
  EXPECT_TRUE(refusal(R"({"a":[[]]})", 2).starts_with("INVALID_JSON"));
  EXPECT_TRUE(refusal(std::string(100'000, '[')).starts_with("INVALID_JSON"));
  const std::string deep = std::string(50'000, '[') + std::string(50'000, ']');
  EXPECT_TRUE(refusal(R"({"a":)" + deep + "}").starts_with("INVALID_JSON"));
}

TEST(TextRules, KnowCleanTextAndShowTheRest) {
  EXPECT_TRUE(is_clean_text("Zo\xC3\xAB"));
  for (const char* unclean : {"a\n", "\x7F", "\xC2\x85", "\xFF", "\xC2"}) {
    EXPECT_FALSE(is_clean_text(unclean));
  }
  EXPECT_EQ(shown("a\xFF\n"), "\"a??\"");
  EXPECT_EQ(shown(std::string(100, 'x')), "\"" + std::string(60, 'x') + "...\"");
}

TEST(TextRules, ReadWholeNumbersAndNothingElse) {
  EXPECT_EQ(whole_number("5", 1, 5), 5);
  EXPECT_EQ(whole_number("0", 0, 5), 0);
  for (const char* wrong :
       {"", "6", "05", "+5", "-1", "5x", "abc", " 5", "5.0", "1e0", "99999999999999999999"}) {
    EXPECT_FALSE(whole_number(wrong, 1, 5).has_value()) << wrong;
  }
}

}  // namespace
}  // namespace cutover::api
