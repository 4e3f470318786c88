// Ways back at every phase, and the second cutover after each.
#include "scenarios/drills/rollbacks.h"

#include <gtest/gtest.h>

#include "scenarios/phases/checks.h"

namespace cutover::scenarios {
namespace {

TEST(Rollbacks, R5_4_R5_5_EveryWayBackFromEveryPhaseLosesNothingAndASecondCutoverConverges) {
  const auto rows = run_rollbacks(1);
  EXPECT_EQ(rows.size(), 17U);
  for (const RollbackRow& row : rows) {
    EXPECT_TRUE(row.passed()) << row.phase << ", " << name_of(row.way) << ": reached "
                              << row.phase_reached << ", back " << row.went_back << ", detected "
                              << (row.detected_after ? in_words(*row.detected_after) : "never")
                              << ", last D1 answer "
                              << (row.last_d1_answer ? in_words(*row.last_d1_answer) : "none")
                              << " of " << in_words(row.bound) << ", " << row.wrong << " wrong of "
                              << row.requests << ", " << row.lost << " lost of " << row.confirmed
                              << ", second " << row.second_cutover << ", converged "
                              << row.converged << " " << row.trouble;
  }
}

}  // namespace
}  // namespace cutover::scenarios
