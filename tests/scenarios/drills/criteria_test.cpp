// The rollback criteria and alerts of the plan, at their limits.
#include "scenarios/drills/criteria.h"

#include <gtest/gtest.h>

#include <map>
#include <set>

#include "scenarios/drills/outages.h"
#include "scenarios/phases/checks.h"

namespace cutover::scenarios {
namespace {

TEST(Criteria, R5_6_R5_7_EachIsFoundJustAboveItsLimitAndNotJustBelow) {
  const auto rows = run_criteria(1);
  std::map<std::string, std::set<std::string>> outcomes;
  for (const CriterionRow& row : rows) {
    outcomes[row.criterion].insert(row.expected);
    EXPECT_TRUE(row.passed) << row.criterion << ": " << row.provoked << "\n  expected "
                            << row.expected << "\n  seen     " << row.seen << " (" << row.findings
                            << ")";
  }
  EXPECT_EQ(outcomes.size(), 8U) << "four criteria and four alerts";
  for (const auto& [criterion, expected] : outcomes) EXPECT_GE(expected.size(), 2U) << criterion;
}

TEST(Criteria, R5_6_NoRollbackCriterionIsMetBesideTheOneThatWasProvoked) {
  for (const CriterionRow& row : run_criteria(2)) {
    if (row.expected != "rollback" && row.expected != "writes stop") continue;
    std::size_t acting = 0;
    for (const char* action : {"action=rollback", "action=stop_writes"}) {
      for (std::size_t at = row.findings.find(action); at != std::string::npos;
           at = row.findings.find(action, at + 1)) {
        acting += 1;
      }
    }
    EXPECT_EQ(acting, 1U) << row.criterion << ": " << row.findings;
  }
}

TEST(Outages, R7_2_WhatAServiceThatWorksHasIsServedWhileAnotherIsDown) {
  const auto rows = run_outages(1);
  ASSERT_EQ(rows.size(), 3U);
  for (const OutageRow& row : rows) {
    EXPECT_TRUE(row.passed) << row.service << ": " << row.answered << " of " << row.requests
                            << " answered, " << row.wrong << " wrong, well after "
                            << in_words(row.well_after.value_or(Duration{0}));
  }
}

TEST(Outages, R7_3_TheBreakerOpensTriesAgainAndCloses) {
  for (const BreakerRow& row : run_breaker_life(1)) {
    EXPECT_TRUE(row.passed) << row.what << ": expected " << row.expected << ", seen " << row.seen;
  }
}

}  // namespace
}  // namespace cutover::scenarios
