#include <gtest/gtest.h>

#include "chaos/campaign.h"

namespace cutover::chaos {
namespace {

TEST(Campaign, R8_4_StormsOverTheWholeLiveSystemBreakNothing) {
  CampaignOptions options;
  options.base.keys = 30;
  options.base.operations = 5;
  options.base.isolates = 3;
  options.seeds = 30;
  options.threads = 2;
  options.twice_one_in = 10;
  const CampaignResult result = run_campaign(options);
  for (const auto& [signature, failure] : result.failures) {
    for (const Violation& violation : failure.violations) {
      ADD_FAILURE() << "seed " << failure.file.played.seed << ": " << violation.invariant << ": "
                    << violation.about << ": " << violation.text;
    }
  }
  EXPECT_EQ(result.runs, 30U);
  EXPECT_TRUE(result.reach.sites().contains("provider.find"));
  EXPECT_TRUE(result.differed.empty()) << "hand-off differs from fibers";
}

}  // namespace
}  // namespace cutover::chaos
