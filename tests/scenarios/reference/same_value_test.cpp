// Which differences between two implementations the page allows.
#include <gtest/gtest.h>

#include "tests/scenarios/reference/page.h"

namespace cutover::reference {
namespace {

TEST(ReferenceSameValue, ComparesColumnsAsBytes) {
  EXPECT_TRUE(same_value("title", "a", "a"));
  EXPECT_FALSE(same_value("title", "1.0", "1"));
  EXPECT_FALSE(same_value("authors", R"(["a"])", R"([ "a"])"));
  EXPECT_TRUE(same_value("title", std::nullopt, std::nullopt));
  EXPECT_FALSE(same_value("title", "", std::nullopt));
}

TEST(ReferenceSameValue, ComparesDetailedAuthorsAsJson) {
  const auto same = [](const Value& a, const Value& b) {
    return same_value("authors_detailed", a, b);
  };
  EXPECT_TRUE(same("[1.0,1e2]", "[1,100]"));
  EXPECT_TRUE(same(R"({"a":1,"b":"é"})", R"({"b":"\u00e9","a":1})"));
  EXPECT_TRUE(same("[-0.0]", "[0]"));
  EXPECT_FALSE(same("[1]", "[2]"));
  EXPECT_FALSE(same("[9007199254740993]", "[9007199254740992]"));
  EXPECT_FALSE(same("[18446744073709551615]", "[-1]"));
  EXPECT_FALSE(same("[1,2]", "[2,1]"));
  EXPECT_FALSE(same("[1]", "[1,1]"));
  EXPECT_FALSE(same(R"({"a":1})", R"({"b":1})"));
  EXPECT_FALSE(same(R"({"a":1})", R"({"a":1,"b":1})"));
  EXPECT_FALSE(same("[true]", "[false]"));
  EXPECT_FALSE(same("[null]", "[0]"));
  EXPECT_FALSE(same("[\"1\"]", "[1]"));
  EXPECT_FALSE(same("[]", "{}"));
  EXPECT_FALSE(same("[]", std::nullopt));
}

TEST(ReferenceSameValue, ComparesWhatIsNoJsonAsBytes) {
  EXPECT_TRUE(same_value("authors_detailed", "[", "["));
  EXPECT_FALSE(same_value("authors_detailed", "[", "[]"));
  EXPECT_FALSE(same_value("authors_detailed", "\xFF", "[]"));
  EXPECT_FALSE(same_value("authors_detailed", std::string(100000, '['), "[]"));
}

}  // namespace
}  // namespace cutover::reference
