// Each threshold and each check after going live, made to fail on purpose.
#include "scenarios/drills/provocations.h"

#include <gtest/gtest.h>

#include <set>

namespace cutover::scenarios {
namespace {

TEST(Provocations, R6_5_R6_6_EachTurnsItsOwnRowRedAndNoOther) {
  std::set<std::string> provoked;
  for (const ProvocationRow& row : run_provocations(1)) {
    std::string red;
    for (const std::string& name : row.red) red += " " + name;
    std::printf("%-16s %-80s red:%s\n", row.row.c_str(), row.provocation.c_str(), red.c_str());
    if (row.row.empty()) {
      EXPECT_TRUE(row.red.empty()) << "nothing was provoked, and these are red:" << red;
    } else {
      provoked.insert(row.row);
      EXPECT_TRUE(row.exact()) << row.row << ": " << row.provocation << ", red:" << red;
    }
  }
  EXPECT_EQ(provoked.size(), 12U) << "nine thresholds, and three checks with figures of their own";
}

}  // namespace
}  // namespace cutover::scenarios
