// DumpReader on a JSON array: elements, and how it finds its way behind a bad one.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/adapters/dump/test_files.h"

namespace cutover::dump {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::string record(std::string_view key) {
  return R"({"key":")" + std::string(key) + R"(","value":"{\"title\":\"[x]\"}"})";
}

ReadDump read_array(const std::string& inside) {
  return read_dump_text("[" + inside + "]");
}

TEST(DumpArray, HandsOutItsElementsInOrder) {
  const ReadDump read = read_array("\n " + record("a") + " ,\r\n" + record("b") + "\t");
  EXPECT_THAT(read.keys(), ElementsAre("a", "b"));
  EXPECT_THAT(read.problems, IsEmpty());
  EXPECT_EQ(read.records[0].value, R"({"title":"[x]"})");
}

TEST(DumpArray, BracketsAndQuotesInsideStringsDoNotCount) {
  const ReadDump read = read_array(
      R"({"key":"a","value":"}],{\"\\"},{"key":"b\\","value":"[\"","metadata":{"x":["]"]}})");
  EXPECT_THAT(read.keys(), ElementsAre("a", "b\\"));
  EXPECT_THAT(read.problems, IsEmpty());
  EXPECT_EQ(read.records[1].metadata, R"({"x":["]"]})");
}

TEST(DumpArray, ElementsOfOtherTypesAreProblemsOfTheirOwn) {
  const ReadDump read = read_array("1, \"x,]\", [[2],{}], null, " + record("a") + ", true");
  EXPECT_THAT(read.keys(), ElementsAre("a"));
  EXPECT_THAT(read.problem_places(),
              ElementsAre("element 1", "element 2", "element 3", "element 4", "element 6"));
}

TEST(DumpArray, R8_13_TextBetweenElementsCostsNeitherNeighbour) {
  const ReadDump read = read_array(record("a") + " garbage, " + record("b") + record("c") + ",,\n" +
                                   record("d") + " } ] ," + record("e") + ",");
  EXPECT_THAT(read.keys(), ElementsAre("a", "b", "c", "d", "e"));
  EXPECT_THAT(read.problem_places(),
              ElementsAre("element 1", "element 2", "element 4", "element 5", "element 6"));
}

TEST(DumpArray, R8_13_AQuoteTooManyCostsOnlyItsElement) {
  const ReadDump read =
      read_array(record("a") + R"(,{"key":"b"","value":"1"},)" + record("c") + "," + record("d"));
  EXPECT_THAT(read.keys(), ElementsAre("a", "c", "d"));
  EXPECT_THAT(read.problem_places(), ElementsAre("element 2"));
}

TEST(DumpArray, R8_13_AMissingQuoteCostsOnlyItsElement) {
  const ReadDump read = read_array(record("a") + ",\n{\"key\":\"b\",\"value\":\"1},\n" +
                                   record("c") + ",\n" + record("d") + "\n");
  EXPECT_THAT(read.keys(), ElementsAre("a", "c", "d"));
  EXPECT_THAT(read.problem_places(), ElementsAre("element 2"));
}

TEST(DumpArray, R8_13_AMissingBracketCostsOnlyItsElement) {
  for (const std::string_view bad :
       {R"({"key":"b","value":"1")", R"({"key":"b","metadata":{"x":1)",
        R"({"key":"b","metadata":{"x":1,"y":[1,2])", R"({"key":"b","value":"1"]})"}) {
    const ReadDump read =
        read_array(record("a") + "," + std::string(bad) + "," + record("c") + "," + record("d"));
    EXPECT_THAT(read.keys(), ElementsAre("a", "c", "d")) << bad;
    EXPECT_THAT(read.problem_places(), ElementsAre("element 2")) << bad;
  }
}

TEST(DumpArray, ABadLastElementDoesNotHideTheClosingBracket) {
  const ReadDump read = read_array(record("a") + R"(,{"key":"b")");
  EXPECT_THAT(read.keys(), ElementsAre("a"));
  EXPECT_THAT(read.problem_places(), ElementsAre("element 2"));
}

TEST(DumpArray, WithoutItsClosingBracketEndsWithAProblem) {
  const std::string whole = "[" + record("a") + "," + record("b") + "]";
  for (std::size_t size = 1; size < whole.size(); ++size) {
    const ReadDump read = read_dump_text(whole.substr(0, size));
    ASSERT_EQ(read.problems.size(), 1U) << size;
    EXPECT_THAT(read.problems[0].reason, HasSubstr("cut off")) << size;
    EXPECT_THAT(read.cut_off, HasSubstr("the file is cut off")) << size;
    EXPECT_EQ(read.records.size(), size == whole.size() - 1    ? 2U
                                   : size > record("a").size() ? 1U
                                                               : 0U);
  }
}

TEST(DumpArray, TextBehindTheClosingBracketIsReported) {
  const ReadDump read = read_dump_text("[" + record("a") + "]\n" + record("b"));
  EXPECT_THAT(read.keys(), ElementsAre("a"));
  ASSERT_EQ(read.problems.size(), 1U);
  EXPECT_THAT(read.problems[0].reason, HasSubstr("behind the array"));
}

TEST(DumpArray, MayBeNestedDeepInsideAnElement) {
  const std::string open(200, '[');
  const std::string close(200, ']');
  const ReadDump read = read_array(R"({"key":"a","value":"v","x":)" + open + "{\"y\":[{}]}" +
                                   close + "}," + record("b"));
  EXPECT_THAT(read.keys(), ElementsAre("a", "b"));
  EXPECT_THAT(read.problems, IsEmpty());
}

TEST(DumpArray, ElementsMayCrossAnyEdgeOfTheBuffer) {
  std::string inside;
  std::size_t count = 0;
  // Lengths that are no divisor of any buffer size; 4 MiB in all.
  for (std::size_t size = 0; inside.size() < (4U << 20U); size = (size * 31 + 77) % 70'001) {
    inside += (count == 0 ? "" : ",") + std::string(R"({"key":"k)") + std::to_string(count) +
              R"(","value":")" + std::string(size, count % 2 == 0 ? 'x' : '{') + "\\\"\"}";
    ++count;
  }
  const ReadDump read = read_array(inside);
  EXPECT_EQ(read.records.size(), count);
  EXPECT_THAT(read.problems, IsEmpty());
}

}  // namespace
}  // namespace cutover::dump
