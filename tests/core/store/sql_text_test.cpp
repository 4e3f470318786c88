#include "core/store/sql_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cutover::store {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> split(std::string_view text) {
  const auto statements = split_statements(text);
  if (!statements) return {"line " + std::to_string(statements.error().line)};
  return {statements->begin(), statements->end()};
}

std::string normal(std::string_view text) {
  return normalised(tokens_of(text));
}

TEST(SqlSplit, SeparatesStatementsAtSemicolons) {
  EXPECT_THAT(split("SELECT 1; SELECT 2;\n;; SELECT 3"),
              ElementsAre("SELECT 1", "SELECT 2", "SELECT 3"));
}

TEST(SqlSplit, GivesNothingForATextOfCommentsAndBlanks) {
  EXPECT_THAT(split(""), IsEmpty());
  EXPECT_THAT(split(" \r\n\t\f\v-- a; b\n/* c; d */ ; /* open"), IsEmpty());
}

TEST(SqlSplit, KeepsSemicolonsInsideStringsAndNames) {
  EXPECT_THAT(split("SELECT 'a;''b;', \"c;\"\"d\", `e;`, [f;g]; SELECT 2"),
              ElementsAre("SELECT 'a;''b;', \"c;\"\"d\", `e;`, [f;g]", "SELECT 2"));
}

TEST(SqlSplit, KeepsCommentsInsideAStatementAndDropsThoseBetween) {
  EXPECT_THAT(split("-- first;\nSELECT /* ; */ 1 -- it's; here\n, 2; -- last 'open\n"),
              ElementsAre("SELECT /* ; */ 1 -- it's; here\n, 2"));
}

TEST(SqlSplit, SkipsAByteOrderMark) {
  EXPECT_THAT(split("\xEF\xBB\xBFSELECT 1;"), ElementsAre("SELECT 1"));
}

TEST(SqlSplit, TakesATriggerAsOneStatement) {
  const std::string trigger =
      "CREATE TRIGGER t AFTER UPDATE ON a WHEN CASE WHEN NEW.x THEN 1 ELSE 0 END BEGIN\n"
      "  UPDATE a SET x = CASE x WHEN 1 THEN 2 END; -- END;\n"
      "  SELECT NEW.end; SELECT 'END;';\nEND";
  EXPECT_THAT(split(trigger + "; SELECT 1;"), ElementsAre(trigger, "SELECT 1"));
  EXPECT_THAT(
      split("create temp trigger t after insert on a begin select 1; end; SELECT 2"),
      ElementsAre("create temp trigger t after insert on a begin select 1; end", "SELECT 2"));
}

TEST(SqlSplit, DoesNotTakeATableCalledTriggerForATrigger) {
  EXPECT_THAT(split("CREATE TABLE trigger_log(a); SELECT 1"),
              ElementsAre("CREATE TABLE trigger_log(a)", "SELECT 1"));
  EXPECT_THAT(split("DROP TRIGGER t; SELECT 1"), ElementsAre("DROP TRIGGER t", "SELECT 1"));
  EXPECT_THAT(split("CREATE TABLE trigger(a); SELECT 1"),
              ElementsAre("CREATE TABLE trigger(a)", "SELECT 1"));
}

TEST(SqlSplit, GivesAnUnfinishedTriggerWholeSoThatTheDatabaseComplains) {
  EXPECT_THAT(split("CREATE TRIGGER t AFTER INSERT ON a BEGIN SELECT 1; SELECT 2"),
              ElementsAre("CREATE TRIGGER t AFTER INSERT ON a BEGIN SELECT 1; SELECT 2"));
}

TEST(SqlSplit, NamesTheLineOfAQuotedTextThatDoesNotEnd) {
  const auto broken = split_statements("SELECT 1;\n\nSELECT 'abc;\n");
  ASSERT_FALSE(broken.has_value());
  EXPECT_EQ(broken.error().line, 3U);
  EXPECT_EQ(broken.error().reason, "a quoted text that starts here does not end");
  EXPECT_THAT(split("SELECT [a"), ElementsAre("line 1"));
  EXPECT_THAT(split("SELECT \"a"), ElementsAre("line 1"));
}

TEST(SqlSplit, RefusesAZeroByte) {
  using std::string_view_literals::operator""sv;
  EXPECT_EQ(split_statements("SELECT 1;\n\0"sv).error().reason,
            "a zero byte at or after this line");
  EXPECT_EQ(split_statements("\nSELECT 'a\0b'"sv).error().line, 2U);
}

TEST(SqlNormalised, IsOneTextForTheSameMeaning) {
  EXPECT_EQ(normal("Rating >= 1\n AND /* why */ \"RATING\"<=5"), "rating >= 1 and rating <= 5");
  EXPECT_EQ(normal("status IN ( 'a','B' )"), "status in ('a', 'B')");
  EXPECT_EQ(normal("( unixepoch ( ) )"), "(unixepoch())");
  EXPECT_EQ(normal("a||b->>'$.c' != [two words] AND t . x <> 1"),
            "a || b ->> '$.c' != \"two words\" and t.x <> 1");
}

TEST(SqlNormalised, KeepsStringsApartThatDifferInCase) {
  EXPECT_NE(normal("a = 'X'"), normal("a = 'x'"));
  EXPECT_EQ(normal(""), "");
}

TEST(SqlNames, AreQuotedSoThatTheyCanBeNothingElse) {
  EXPECT_EQ(quoted_name("a\"; DROP TABLE b"), "\"a\"\"; DROP TABLE b\"");
  EXPECT_EQ(unquoted(tokens_of("\"a\"\"b\"").at(0)), "a\"b");
  EXPECT_EQ(unquoted(tokens_of("plain").at(0)), "plain");
  EXPECT_EQ(normal("\"1st\""), "\"1st\"");
}

}  // namespace
}  // namespace cutover::store
