// What a campaign must have reached, and what it says when it did not.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "chaos/campaign_report.h"
#include "chaos/run_watch.h"

namespace cutover::chaos {
namespace {

using ::testing::Contains;
using ::testing::IsEmpty;
using ::testing::Not;

// A reach without holes for these options: everything that is required, once.
Reach full_reach(const StormCase& base) {
  Reach reach;
  for (const RequiredReach& row : required_reach()) {
    if (row.live && base.isolates == 0) continue;
    if (!row.is_site) reach.count_branch(row.what);
    if (row.is_site) reach.count_call(row.what);
  }
  const Reach sites = reach;
  for (const auto& [site, reached] : sites.sites()) {
    for (const faults::FaultRow& row : faults::fault_table()) {
      if (can_happen(row.fault, site)) reach.count_fault(site, row.fault);
    }
  }
  return reach;
}

CampaignReport report_with(const Reach& reach, std::uint64_t runs) {
  CampaignReport report;
  report.seeds = runs;
  report.result.runs = runs;
  report.result.reach = reach;
  return report;
}

TEST(Reach, ACampaignThatCameEverywhereHasNoHoles) {
  const StormCase base;
  EXPECT_TRUE(holes_in(full_reach(base), base).none());
  EXPECT_EQ(judge_campaign(report_with(full_reach(base), 2000)).verdict, CampaignVerdict::pass);
}

TEST(Reach, ASiteThatWasNeverCalledIsAFailureOfALongCampaignAndUnknownOfAShortOne) {
  const Reach nothing;
  EXPECT_THAT(holes_in(nothing, StormCase{}).sites, Contains("d1.batch"));
  EXPECT_EQ(judge_campaign(report_with(nothing, 2000)).verdict, CampaignVerdict::fail);
  EXPECT_EQ(judge_campaign(report_with(nothing, 1999)).verdict, CampaignVerdict::unknown);
}

TEST(Reach, AFaultThatNeverHappenedAtASiteIsAFailureOfALongCampaignOnly) {
  const StormCase base;
  Reach reach = full_reach(base);
  reach.at("d1.batch").faults[static_cast<std::size_t>(faults::Fault::killed_after)] = 0;
  EXPECT_THAT(holes_in(reach, base).faults, Contains("d1.batch: killed_after"));
  EXPECT_EQ(judge_campaign(report_with(reach, 2000)).verdict, CampaignVerdict::fail);
  EXPECT_EQ(judge_campaign(report_with(reach, 200)).verdict, CampaignVerdict::pass);
}

TEST(Reach, OfASourceOfOnePageNoRefusedCursorIsAskedFor) {
  StormCase base;
  Reach reach = full_reach(base);
  reach.at("kv.list").faults[static_cast<std::size_t>(faults::Fault::cursor_refused)] = 0;
  EXPECT_THAT(holes_in(reach, base).faults, Contains("kv.list: cursor_refused"));
  base.keys = 30;
  EXPECT_TRUE(holes_in(reach, base).none());
}

TEST(Reach, AShardIsNotJudgedByItsReach) {
  CampaignReport report = report_with(Reach(), 2000);
  report.shards = 2;
  EXPECT_EQ(judge_campaign(report).verdict, CampaignVerdict::pass);
}

TEST(Reach, TheLiveSystemsBranchesAreAskedForOnlyWhereItTakesPart) {
  StormCase base;
  const Reach reach = full_reach(base);
  EXPECT_TRUE(holes_in(reach, base).none());
  base.isolates = 2;
  EXPECT_THAT(holes_in(reach, base).sites, Contains("provider.find"));
}

TEST(Reach, EveryExceptionHasAReason) {
  for (const ReachException& exception : reach_exceptions()) {
    EXPECT_THAT(std::string(exception.reason), Not(IsEmpty())) << exception.what;
    if (exception.fault.empty() || exception.fault == any_fault) continue;
    const faults::FaultRow* row = faults::row_named(exception.fault);
    ASSERT_NE(row, nullptr) << exception.fault;
    EXPECT_TRUE(can_happen(row->fault, exception.what))
        << exception.what << " " << exception.fault << ": cannot happen there anyway";
  }
}

TEST(Reach, AFaultThatOnlyOneScenarioCannotMeetIsAHoleInTheOthers) {
  StormCase base;
  base.scenario = "deploy";
  base.isolates = 2;
  Reach reach = full_reach(base);
  reach.count_call("kv.remove");
  const auto of_remove = [](const std::string& fault) { return fault.starts_with("kv.remove"); };
  const auto count = [&] {
    const auto faults = holes_in(reach, base).faults;
    return std::count_if(faults.begin(), faults.end(), of_remove);
  };
  EXPECT_EQ(count(), 0);
  base.scenario = "live";
  EXPECT_GT(count(), 0);
}

TEST(Reach, R8_8_AFewHundredStormsComeToEverySiteAndBranch) {
  CampaignOptions options;
  options.base.keys = 80;
  options.seeds = 300;
  options.threads = 2;
  options.twice_one_in = 0;
  const CampaignResult result = run_campaign(options);
  const Holes holes = holes_in(result.reach, options.base);
  EXPECT_THAT(holes.sites, IsEmpty());
  EXPECT_THAT(holes.branches, IsEmpty());
  for (const ReachException& exception : reach_exceptions()) {
    if (!exception.fault.empty() || exception.rare) continue;
    const auto site = result.reach.sites().find(exception.what);
    EXPECT_TRUE(site == result.reach.sites().end()) << exception.what << " is reached after all";
    EXPECT_EQ(result.reach.times(exception.what), 0U) << exception.what << " is reached after all";
  }
}

TEST(RunWatch, CountsBranchesByTheFieldsThatTellThemApart) {
  Reach reach;
  faults::Storm storm(faults::StormOptions{});
  RunWatch watch(storm, reach);
  watch.happened({Duration{0}, 1, 1, 1, sim::EventKind::telemetry, "breaker.changed", "",
                  "service=kv state=half open"});
  watch.happened({Duration{0}, 1, 1, 1, sim::EventKind::telemetry, "migrate.chunk", "",
                  "run=run-1 chunk=3 listed=45"});
  watch.happened({Duration{0}, 1, 1, 1, sim::EventKind::mark, "step", "migrator", "complete"});
  EXPECT_EQ(reach.times("breaker.changed service=kv state=half"), 1U);
  EXPECT_EQ(reach.times("migrate.chunk"), 1U);
  EXPECT_EQ(reach.times("step complete"), 1U);
}

TEST(RunWatch, WhatARoleDidAfterAFaultIsABehaviour) {
  const auto behaviours_of = [](std::uint64_t seed) {
    StormCase played;
    played.keys = 20;
    played.seed = seed;
    faults::Storm storm(storm_of(played));
    Reach reach;
    RunWatch watch(storm, reach);
    StormRun run(played, watch);
    run.observe(watch);
    static_cast<void>(run.play());
    return std::pair(watch.behaviours(), storm.taken().size());
  };
  std::size_t faults = 0;
  std::set<std::uint64_t> all;
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    const auto [behaviours, taken] = behaviours_of(seed);
    EXPECT_LE(behaviours.size(), taken);
    EXPECT_EQ(behaviours, behaviours_of(seed).first) << "the same run shows the same";
    faults += taken;
    all.insert(behaviours.begin(), behaviours.end());
  }
  EXPECT_GT(all.size(), 10U);
  EXPECT_LT(all.size(), faults) << "storms repeat themselves";
}

}  // namespace
}  // namespace cutover::chaos
