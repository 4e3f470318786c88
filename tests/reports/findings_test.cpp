#include "reports/findings.h"

#include <gtest/gtest.h>

#include <string>

namespace cutover::reports {
namespace {

TEST(AddFinding, CountsAllAndKeepsTheFirstFew) {
  std::vector<FindingGroup> groups;
  for (int number = 0; number < 1000; ++number) {
    add_finding(groups, {"key " + std::to_string(number), "too_large", "d"}, "More than 25 MiB");
  }
  add_finding(groups, {"other", "not_utf8", ""}, "Not UTF-8");
  ASSERT_EQ(groups.size(), 2u);
  EXPECT_EQ(groups[0].count, 1000u);
  EXPECT_EQ(groups[0].meaning, "More than 25 MiB");
  ASSERT_EQ(groups[0].examples.size(), findings_examples_max);
  EXPECT_EQ(groups[0].examples.back().key, "key 9");
  EXPECT_EQ(groups[1].reason, "not_utf8");
  EXPECT_EQ(groups[1].count, 1u);
}

TEST(HowMany, NamesKeysOfKvAndRowsOfALibrary) {
  EXPECT_EQ(how_many({"too_large", 1, "", {}}), "1 key");
  EXPECT_EQ(how_many({"superseded: preferred_key_of_same_isbn", 6810, "", {}}), "6,810 keys");
  EXPECT_EQ(how_many({"library: orphan", 334, "", {}}), "334 rows");
  EXPECT_EQ(how_many({"unusable_library_row", 1, "", {}}), "1 row");
}

}  // namespace
}  // namespace cutover::reports
