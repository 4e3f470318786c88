// What depends on the account or the platform's day: daily limits of the free plan, the least
// cacheTtl, and the brown-out of 2025-06-12 (cloudflare-facts A1, A2).
#include <gmock/gmock.h>

#include "tests/fakes/kv/kv_world.h"

namespace cutover::fakes {
namespace {

using std::chrono::hours;
using std::chrono::seconds;
using testing::ElementsAre;

KvService::Options with_daily_limits(KvDailyLimits limits) {
  KvService::Options options;
  options.daily_limits = limits;
  return options;
}

TEST(KvDailyLimits, WritesFailWhenTheDaysNumberIsUsedUpWhileReadsGoOn) {
  KvWorld world(with_daily_limits({.reads = 100, .writes = 2, .removes = 100, .lists = 100}));
  KvClient& kv = world.at(0);
  world.run([&] {
    ASSERT_TRUE(kv.put("a", "v", {}));
    ASSERT_TRUE(kv.put("b", "v", {}));
    const auto third = kv.put("c", "v", {});
    EXPECT_TRUE(refused(third, FailureKind::throttled, "KV put() limit exceeded for the day."));
    EXPECT_FALSE(third.error().retryable) << "no caller waits until midnight";
    EXPECT_EQ(value_of(kv.get("a")), "v");
    EXPECT_TRUE(kv.remove("a"));
    EXPECT_THAT(names_of(kv.list({})), ElementsAre("b"));
    EXPECT_EQ(value_of(kv.get("c")), "(absent)") << "nothing was stored";
  });
}

TEST(KvDailyLimits, EveryKindHasItsOwnNumberAndItsOwnWords) {
  KvWorld world(with_daily_limits({.reads = 3, .writes = 0, .removes = 0, .lists = 0}));
  KvClient& kv = world.at(0);
  const std::vector<std::string> two = {"a", "b"};
  world.run([&] {
    const auto kind = FailureKind::throttled;
    EXPECT_TRUE(refused(kv.put("a", "v", {}), kind, "KV put() limit exceeded for the day."));
    EXPECT_TRUE(refused(kv.remove("a"), kind, "KV delete() limit exceeded for the day."));
    EXPECT_TRUE(refused(kv.list({}), kind, "KV list() limit exceeded for the day."));
    EXPECT_TRUE(kv.get("a"));
    EXPECT_TRUE(kv.get_many(two)) << "a bulk read counts its keys";
    EXPECT_TRUE(refused(kv.get("a"), kind, "KV get() limit exceeded for the day."));
    EXPECT_TRUE(refused(kv.get_many(two), kind, "KV get() limit exceeded for the day."));
  });
}

TEST(KvDailyLimits, ANewDayOfUtcBringsThemBack) {
  KvWorld world(with_daily_limits({.reads = 1, .writes = 1, .removes = 1, .lists = 1}));
  KvClient& kv = world.at(0);
  world.run([&] {  // from 16:00 UTC
    ASSERT_TRUE(kv.get("a"));
    const auto refused_get = kv.get("a");
    ASSERT_FALSE(refused_get);
    EXPECT_EQ(refused_get.error().retry_after, hours(8)) << "in whole seconds until midnight";
    world.wait_until(hours(8) - seconds(1));
    EXPECT_FALSE(kv.get("a"));
    world.wait_until(hours(8));
    EXPECT_TRUE(kv.get("a"));
  });
}

TEST(KvDailyLimits, AreTheFreePlansAndOffUnlessAskedFor) {
  EXPECT_FALSE(KvService::Options().daily_limits.has_value());
  const KvDailyLimits free;
  EXPECT_EQ(free.reads, 100'000);
  EXPECT_EQ(free.writes, 1'000);
  EXPECT_EQ(free.removes, 1'000);
  EXPECT_EQ(free.lists, 1'000);
}

TEST(KvDailyLimits, AWriteThatTheRulesRefuseUsesNothingUp) {
  KvWorld world(with_daily_limits({.reads = 1, .writes = 1, .removes = 1, .lists = 1}));
  KvClient& kv = world.at(0);
  world.run([&] {
    EXPECT_FALSE(kv.put("", "v", {}));
    EXPECT_TRUE(kv.put("a", "v", {}));
  });
}

TEST(KvBrownOut, WhatALocationRemembersIsAnsweredAndAllElseIsUnavailable) {
  KvWorld world;
  KvClient& here = world.at(0);
  KvClient& there = world.at(1);
  world.service.load({"known", "v", {}, ""});
  const std::vector<std::string> remembered = {"known", "absent"};
  const std::vector<std::string> mixed = {"known", "new"};
  world.run([&] {
    EXPECT_EQ(value_of(here.get("known")), "v");
    EXPECT_EQ(value_of(here.get("absent")), "(absent)");
    world.service.set_brown_out(true);
    EXPECT_EQ(value_of(here.get("known")), "v");
    EXPECT_EQ(value_of(here.get("absent")), "(absent)") << "a remembered miss is an answer too";
    EXPECT_TRUE(here.get_many(remembered));
    const auto down = FailureKind::unavailable;
    EXPECT_TRUE(refused(there.get("known"), down, "KV GET failed: 503 Service Unavailable"));
    EXPECT_TRUE(refused(here.get("new"), down, "KV GET failed: 503 Service Unavailable"));
    EXPECT_TRUE(refused(here.get_many(mixed), down, "KV GET_BULK failed: 503 Service Unavailable"));
    EXPECT_TRUE(refused(here.put("k", "v", {}), down, "KV PUT failed: 503 Service Unavailable"));
    EXPECT_TRUE(refused(here.remove("known"), down, "KV DELETE failed: 503 Service Unavailable"));
    EXPECT_TRUE(refused(here.list({}), down, "KV GET failed: 503 Service Unavailable"));
    EXPECT_TRUE(here.put("k", "v", {}).error().retryable);
    world.service.set_brown_out(false);
    EXPECT_EQ(value_of(there.get("known")), "v") << "nothing was lost";
    EXPECT_TRUE(there.put("k", "v", {}));
  });
}

TEST(KvBrownOut, AMemoryThatAgesDuringItIsNotRefreshed) {
  KvWorld world;
  KvClient& kv = world.at(0);
  world.service.load({"k", "v", {}, ""});
  world.run([&] {
    EXPECT_EQ(value_of(kv.get("k")), "v");
    world.service.set_brown_out(true);
    world.wait(seconds(59));
    EXPECT_EQ(value_of(kv.get("k")), "v");
    world.wait(seconds(1));
    EXPECT_FALSE(kv.get("k"));
  });
}

TEST(KvCacheTtl, LessThanTheLeastIsRefusedByEveryRead) {
  KvService::Options options;
  options.cache_ttl = seconds(29);
  KvWorld world(options);
  KvClient& kv = world.at(0);
  const std::vector<std::string> keys = {"k"};
  world.run([&] {
    EXPECT_TRUE(refused(kv.get("k"), FailureKind::limit_exceeded,
                        "KV GET failed: 400 Invalid cache_ttl of 29. Cache TTL must be at least "
                        "30."));
    EXPECT_TRUE(refused(kv.get_many(keys), FailureKind::limit_exceeded,
                        "KV GET_BULK failed: 400 Invalid cache_ttl of 29. Cache TTL must be at "
                        "least 30."));
  });
}

TEST(KvCacheTtl, TheLeastItselfIsTaken) {
  KvService::Options options;
  options.cache_ttl = options.cache_ttl_min;
  KvWorld world(options);
  KvClient& here = world.at(0);
  KvClient& there = world.at(1);
  world.run([&] {
    EXPECT_EQ(value_of(there.get("k")), "(absent)");
    const Duration read_at = world.scheduler.now() - std::chrono::milliseconds(20);
    ASSERT_TRUE(here.put("k", "v", {}));
    world.wait_until(read_at + seconds(29));
    EXPECT_EQ(value_of(there.get("k")), "(absent)");
    world.wait_until(read_at + seconds(30));
    EXPECT_EQ(value_of(there.get("k")), "v");
  });
}

}  // namespace
}  // namespace cutover::fakes
