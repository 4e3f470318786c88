// What the platform grants a Worker by year and plan, and what that does to the plan's own loop
// (cloudflare-facts 0.2 and C).
#include "scenarios/platform.h"

#include <gtest/gtest.h>

#include <string>

#include "scenarios/world.h"

namespace cutover::scenarios {
namespace {

TEST(Platform, TheLeastCacheTtlFellFromAMinuteToHalfAMinute) {
  EXPECT_EQ(year_2025(Plan::paid).kv_cache_ttl_min, std::chrono::seconds(60));
  EXPECT_EQ(year_2026(Plan::paid).kv_cache_ttl_min, std::chrono::seconds(30));
  EXPECT_EQ(fakes::KvService::Options().cache_ttl, std::chrono::seconds(60))
      << "the default stayed";
}

TEST(Platform, ReadsAreRepeatedByTheServiceIn2026Only) {
  EXPECT_EQ(year_2025(Plan::paid).d1_read_attempts_max, 1);
  EXPECT_EQ(year_2026(Plan::free).d1_read_attempts_max, 3);
}

TEST(Platform, TheFreePlanHasDailyNumbersAndSmallDatabases) {
  for (const Platform& paid : {year_2025(Plan::paid), year_2026(Plan::paid)}) {
    EXPECT_FALSE(paid.kv_daily_limits.has_value());
    EXPECT_FALSE(paid.d1_daily_limits.has_value());
    EXPECT_EQ(paid.d1_bytes_max, 10'000'000'000);
    EXPECT_EQ(paid.d1_time_travel_reach, std::chrono::hours(24 * 30));
  }
  for (const Platform& free : {year_2025(Plan::free), year_2026(Plan::free)}) {
    EXPECT_TRUE(free.kv_daily_limits.has_value());
    EXPECT_EQ(free.d1_bytes_max, 500'000'000);
    EXPECT_EQ(free.d1_time_travel_reach, std::chrono::hours(24 * 7));
  }
  EXPECT_FALSE(year_2025(Plan::free).d1_daily_limits.has_value()) << "announced, not yet enforced";
  EXPECT_TRUE(year_2026(Plan::free).d1_daily_limits.has_value());
}

TEST(Platform, UsingOneSetsEveryKnobOfTheServices) {
  WorldOptions options;
  use_platform(year_2026(Plan::free), options);
  EXPECT_EQ(options.kv.cache_ttl_min, std::chrono::seconds(30));
  EXPECT_TRUE(options.kv.daily_limits.has_value());
  EXPECT_EQ(options.d1.read_attempts_max, 3);
  EXPECT_EQ(options.d1.bytes_max, 500'000'000);
  EXPECT_EQ(options.d1.time_travel.reach, std::chrono::hours(24 * 7));
  EXPECT_TRUE(options.d1.daily_limits.has_value());
  use_platform(year_2025(Plan::paid), options);
  EXPECT_EQ(options.kv.cache_ttl_min, std::chrono::seconds(60));
  EXPECT_FALSE(options.kv.daily_limits.has_value());
  EXPECT_EQ(options.d1.read_attempts_max, 1);
  EXPECT_EQ(options.d1.bytes_max, 10'000'000'000);
  EXPECT_EQ(options.d1.time_travel.reach, std::chrono::hours(24 * 30));
  EXPECT_FALSE(options.d1.daily_limits.has_value());
}

// How many whole pages of 100 keys the plan's loop does in one invocation: a list, and for each
// key a get, an upsert and a verifying read, then a checkpoint. It ends at the first refusal.
int pages_of_the_plans_loop(const Platform& platform) {
  WorldOptions options;
  use_platform(platform, options);
  options.kv.daily_limits.reset();  // the budget of one invocation is what is asked for here
  sim::FaultPlan plan;
  World world(options, plan);
  int pages = 0;
  world.invoke("migrator", 0, platform.invocation, [&](Isolate& isolate) {
    const Statement select{"SELECT 1", {}};
    const auto page_fits = [&] {
      if (!isolate.kv.list({})) return false;
      for (int key = 0; key < 100; ++key) {
        if (!isolate.kv.get("book:isbn:1") || !isolate.d1.query(select) ||
            !isolate.d1.query(select)) {
          return false;
        }
      }
      return isolate.kv.put("checkpoint:" + std::to_string(pages), "{}", {}).has_value();
    };
    while (page_fits()) ++pages;
  });
  return pages;
}

TEST(Platform, R2_13_ThePlansLoopEndsAfter300KeysOnThePaidPlanOf2025) {
  EXPECT_EQ(pages_of_the_plans_loop(year_2025(Plan::paid)), 3);
}

TEST(Platform, R2_13_AndAfter500KeysOnThatOf2026ForItsThousandQueries) {
  EXPECT_EQ(pages_of_the_plans_loop(year_2026(Plan::paid)), 5);
}

TEST(Platform, R2_13_AndInsideTheFirstPageOnTheFreePlan) {
  EXPECT_EQ(pages_of_the_plans_loop(year_2025(Plan::free)), 0);
  EXPECT_EQ(pages_of_the_plans_loop(year_2026(Plan::free)), 0);
}

TEST(Platform, TheFreePlanOf2026ReachesFiftyTimesOutOfCloudflare) {
  WorldOptions options;
  sim::FaultPlan plan;
  World world(options, plan);
  const Budget budget = year_2026(Plan::free).invocation;
  world.invoke("worker", 0, budget, [&](Isolate& isolate) {
    for (int i = 0; i < 50; ++i) EXPECT_TRUE(isolate.provider.find("9780439708180"));
    const auto refused = isolate.provider.find("9780439708180");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, FailureKind::limit_exceeded);
    EXPECT_TRUE(isolate.kv.get("k")) << "Cloudflare's own services have a number of their own";
  });
  EXPECT_EQ(world.provider().calls(), 50);
}

}  // namespace
}  // namespace cutover::scenarios
