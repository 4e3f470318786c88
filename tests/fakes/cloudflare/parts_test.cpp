// The small parts, each by itself: splitting SQL, forms, routes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fakes/cloudflare/event_log.h"
#include "fakes/cloudflare/multipart.h"
#include "fakes/cloudflare/routes.h"
#include "fakes/cloudflare/sql_split.h"

namespace cutover::simulate {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(SplitSql, CutsAtSemicolonsOutsideOfTextsNamesAndComments) {
  EXPECT_THAT(split_sql("SELECT 1; SELECT 2"), ElementsAre("SELECT 1;", " SELECT 2"));
  EXPECT_THAT(split_sql("SELECT ';' ;"), ElementsAre("SELECT ';' ;"));
  EXPECT_THAT(split_sql("SELECT 'it''s;', \"a;b\", `c;d`, [e;f];").size(), 1U);
  EXPECT_THAT(split_sql("SELECT 1 -- a; b\n; /* c; d */ SELECT 2").size(), 2U);
  EXPECT_THAT(split_sql("SELECT 'never closed; SELECT 2").size(), 1U);
}

TEST(SplitSql, WhatIsOnlyBlanksAndCommentsIsNoStatement) {
  for (const char* text : {"", " \n", ";", ";;;", "-- x", "/* x */;", "/* open"}) {
    EXPECT_THAT(split_sql(text), IsEmpty()) << text;
  }
  EXPECT_THAT(split_sql("SELECT 1;;\n;"), ElementsAre("SELECT 1;"));
}

TEST(SplitSql, ATriggersBodyStaysWhole) {
  for (const char* head :
       {"CREATE TRIGGER t", "create temp trigger t", "CREATE TEMPORARY TRIGGER t",
        "EXPLAIN CREATE TRIGGER t", "CREATE TRIGGER IF NOT EXISTS t"}) {
    const std::string text = std::string(head) +
                             " AFTER INSERT ON a BEGIN SELECT CASE WHEN 1 THEN 2 END; "
                             "UPDATE a SET b = 1; END; SELECT 1;";
    EXPECT_EQ(split_sql(text).size(), 2U) << text;
  }
  EXPECT_EQ(split_sql("CREATE TABLE trigger_log (a); SELECT 1;").size(), 2U);
}

TEST(Multipart, GivesItsFields) {
  const std::string type = "Multipart/Form-Data; boundary=\"x y\"";
  ASSERT_TRUE(is_multipart(type));
  const auto fields = parse_multipart(
      type,
      "--x y\r\nContent-Type: a\r\ncontent-disposition: form-data; filename=\"f\"; name=\"va\\\"l\""
      "\r\n\r\nline\r\n--x\r\n--x y\r\nContent-Disposition: form-data; name=empty\r\n\r\n\r\n--x "
      "y--");
  ASSERT_TRUE(fields);
  EXPECT_EQ(fields->at("va\"l"), "line\r\n--x");
  EXPECT_EQ(fields->at("empty"), "");
}

TEST(Multipart, RefusesWhatItCannotRead) {
  const std::string type = "multipart/form-data; boundary=b";
  for (const char* body : {"", "--b", "--b--x", "--b\r\n", "--b\r\n\r\nno name\r\n--b--",
                           "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nnever closed",
                           "--c\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n\r\n--c--",
                           "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nv\r\n--bx"}) {
    const auto fields = parse_multipart(type, body);
    EXPECT_TRUE(!fields || fields->empty()) << body;
  }
  EXPECT_FALSE(parse_multipart("multipart/form-data", "--b--"));
  EXPECT_FALSE(is_multipart("text/plain"));
  std::string many;
  for (int i = 0; i < 17; ++i) {
    many +=
        "--b\r\nContent-Disposition: form-data; name=\"" + std::to_string(i) + "\"\r\n\r\nv\r\n";
  }
  EXPECT_FALSE(parse_multipart(type, many + "--b--"));
}

TEST(Routes, MatchSegmentsAndTails) {
  EXPECT_THAT(*match("/a/{}/b/{}", "/a/1/b/2"), ElementsAre("1", "2"));
  EXPECT_THAT(*match("/v/{*}", "/v/a/b//c"), ElementsAre("a/b//c"));
  EXPECT_TRUE(match("/a", "/a"));
  for (const char* path : {"/a/1/b", "/a/1/b/", "/a//b/2", "/a/1/b/2/", "/a/1/c/2", ""}) {
    EXPECT_FALSE(match("/a/{}/b/{}", path)) << path;
  }
  EXPECT_FALSE(match("/v/{*}", "/v/"));
}

TEST(EventLog, KeepsTheNewestEventsUnderTheirNumbers) {
  EventLog log(3);
  for (int i = 0; i < 5; ++i) {
    const std::string key = std::to_string(i);
    sim::EventView event;
    event.key = key;
    log.happened(event);
  }
  EXPECT_EQ(log.first(), 2U);
  EXPECT_EQ(log.next(), 5U);
  EXPECT_EQ(log.at(2).key, "2");
  EXPECT_EQ(log.at(4).key, "4");
}

}  // namespace
}  // namespace cutover::simulate
