#include <gtest/gtest.h>

#include "chaos/campaign.h"

namespace cutover::chaos {
namespace {

CampaignOptions small(std::uint64_t seeds) {
  CampaignOptions options;
  options.base.keys = 40;
  options.base.operations = 8;
  options.seeds = seeds;
  options.threads = 2;
  options.twice_one_in = 10;
  return options;
}

TEST(Campaign, R8_4_AHundredStormsBreakNothing) {
  const CampaignResult result = run_campaign(small(100));
  for (const auto& [signature, failure] : result.failures) {
    ADD_FAILURE() << "seed " << failure.file.played.seed << ": " << signature << ": "
                  << failure.violations.front().about << ": " << failure.violations.front().text;
  }
  EXPECT_EQ(result.runs, 100U);
  EXPECT_GT(result.faults, 100U);
  EXPECT_EQ(result.twice, 10U);
  EXPECT_TRUE(result.differed.empty()) << "hand-off differs from fibers";
}

}  // namespace
}  // namespace cutover::chaos
