// The verdicts of the drills do not hang on the seed.
#include <gtest/gtest.h>

#include "scenarios/drills/drill_evidence.h"

namespace cutover::scenarios {
namespace {

class Seed : public testing::TestWithParam<std::uint64_t> {};

TEST_P(Seed, R7_1_R5_4_EveryRowOfEveryTablePasses) {
  std::vector<DrillRow> risks;
  for (const Drill& drill : risk_drills()) risks.push_back(run_drill(drill, GetParam()));
  for (const reports::Table& table :
       {risk_table(risks), rollback_table(run_rollbacks(GetParam())),
        criterion_table(run_criteria(GetParam())), outage_table(run_outages(GetParam())),
        breaker_table(run_breaker_life(GetParam())),
        provocation_table(run_provocations(GetParam()))}) {
    EXPECT_FALSE(table.rows.empty()) << table.id;
    for (const reports::TableRow& row : table.rows) {
      std::string text;
      for (const std::string& cell : row.cells) text += cell + " | ";
      EXPECT_EQ(row.verdict, reports::Verdict::pass) << table.id << ": " << text;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Others, Seed, testing::Values(11, 14));

}  // namespace
}  // namespace cutover::scenarios
