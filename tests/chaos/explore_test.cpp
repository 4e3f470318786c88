#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "chaos/explore.h"
#include "chaos/heat_map.h"

namespace cutover::chaos {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

ExploreOptions options_of(std::uint64_t keys, bool pairs) {
  ExploreOptions options;
  options.base.keys = keys;
  options.base.writers = 0;
  options.base.readers = 0;
  options.pairs = pairs;
  options.threads = 2;
  return options;
}

void expect_all_survived(const Explored& explored) {
  EXPECT_EQ(explored.all.survived, explored.all.played);
  for (const auto& [signature, file] : explored.failures) ADD_FAILURE() << to_json(file);
  Survival sum;
  for (const auto& [cell, survival] : explored.heat) {
    sum.played += survival.played;
    sum.survived += survival.survived;
  }
  EXPECT_EQ(sum.played, explored.all.played) << "the heat map adds up";
  EXPECT_EQ(sum.survived, explored.all.survived) << "the heat map adds up";
}

TEST(Explore, R8_5_EveryFaultAtEveryCallOfASmallMigrationIsSurvived) {
  const Explored result = explore(options_of(10, false));
  EXPECT_GT(result.calls, 10U);
  EXPECT_GT(result.all.played, result.calls * 7);
  expect_all_survived(result);
}

TEST(Explore, R8_5_EveryPairOfFaultsOfATinyMigrationIsSurvived) {
  const Explored singles = explore(options_of(2, false));
  const Explored pairs = explore(options_of(2, true));
  EXPECT_EQ(pairs.calls, singles.calls);
  EXPECT_GT(pairs.all.played, pairs.calls * pairs.calls * 5);
  expect_all_survived(pairs);
}

TEST(Explore, APairIsMadeOfOneFaultForEachWayInWhichACallCanEndBadly) {
  sim::Call batch{Service::d1, "d1.batch", "batch", "k", 3, false, false};
  using faults::Fault;
  EXPECT_EQ(pair_faults(batch),
            (std::vector{Fault::unavailable, Fault::lost_before, Fault::lost_after,
                         Fault::killed_before, Fault::killed_after}));
}

TEST(HeatMap, IsOneFileWithoutNetworkAndShowsWhatDidNotSurvive) {
  Explored singles;
  singles.keys = 7;
  singles.calls = 3;
  singles.all = {9, 8};
  singles.heat[{"d1.batch", "lost_after"}] = {5, 4};
  singles.heat[{"kv.list", "unavailable"}] = {4, 4};
  const std::string html = heat_map_html({singles});
  EXPECT_THAT(html, HasSubstr("8 of 9 single faults survived: 7 keys, 3 calls"));
  EXPECT_THAT(html, HasSubstr("<td class=\"some\">4 of 5</td>"));
  EXPECT_THAT(html, HasSubstr("<td class=\"all\">4</td>"));
  EXPECT_THAT(html, Not(HasSubstr("http")));
  EXPECT_THAT(html, Not(HasSubstr("<script")));
}

}  // namespace
}  // namespace cutover::chaos
