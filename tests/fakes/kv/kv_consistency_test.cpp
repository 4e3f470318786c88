// Consistency: what two locations see of one another, and for how long (cloudflare-facts A1, A2).
#include <gmock/gmock.h>

#include "tests/fakes/kv/kv_world.h"

namespace cutover::fakes {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::ElementsAre;

TEST(KvConsistency, TheWritingLocationSeesItsOwnWriteAtOnce) {
  KvWorld world;
  KvClient& kv = world.at(0);
  world.run([&] {
    EXPECT_EQ(value_of(kv.get("k")), "(absent)");
    ASSERT_TRUE(kv.put("k", "1", {}));
    EXPECT_EQ(value_of(kv.get("k")), "1");
    ASSERT_TRUE(kv.remove("k"));
    EXPECT_EQ(value_of(kv.get("k")), "(absent)");
  });
}

TEST(KvConsistency, AnotherLocationKeepsItsHitUntilItHasAged) {
  KvWorld world;
  KvClient& here = world.at(0);
  KvClient& there = world.at(1);
  world.run([&] {
    ASSERT_TRUE(here.put("k", "old", {}));
    const Duration read_at = world.scheduler.now() + milliseconds(20);
    EXPECT_EQ(value_of(there.get("k")), "old");
    world.wait(seconds(1));
    ASSERT_TRUE(here.put("k", "new", {}));
    EXPECT_EQ(value_of(here.get("k")), "new");
    world.wait_until(read_at + seconds(60) - milliseconds(1));
    EXPECT_EQ(value_of(there.get("k")), "old");
    world.wait_until(read_at + seconds(60));
    EXPECT_EQ(value_of(there.get("k")), "new");
  });
}

TEST(KvConsistency, AndTheOtherWayRound) {
  KvWorld world;
  KvClient& here = world.at(0);
  KvClient& there = world.at(1);
  world.run([&] {
    ASSERT_TRUE(here.put("k", "old", {}));
    EXPECT_EQ(value_of(there.get("k")), "old");
    world.wait(seconds(1));
    ASSERT_TRUE(there.put("k", "new", {}));
    EXPECT_EQ(value_of(there.get("k")), "new");
    EXPECT_EQ(value_of(here.get("k")), "old");
    world.wait(seconds(60));
    EXPECT_EQ(value_of(here.get("k")), "new");
  });
}

TEST(KvConsistency, M14_AbsenceIsRememberedJustAsLong) {
  KvWorld world;
  KvClient& here = world.at(0);
  KvClient& there = world.at(1);
  world.run([&] {
    EXPECT_EQ(value_of(there.get("k")), "(absent)");
    ASSERT_TRUE(here.put("k", "v", {}));
    EXPECT_THAT(names_of(there.list({})), ElementsAre("k"));
    EXPECT_EQ(value_of(there.get("k")), "(absent)") << "listed, but remembered as absent";
    world.wait(seconds(60));
    EXPECT_EQ(value_of(there.get("k")), "v");
  });
}

TEST(KvConsistency, ALocationThatNeverAskedSeesTheNewValueAtOnce) {
  KvWorld world;
  KvClient& here = world.at(0);
  KvClient& there = world.at(1);
  world.run([&] {
    ASSERT_TRUE(here.put("k", "v", {}));
    EXPECT_EQ(value_of(there.get("k")), "v");
  });
}

TEST(KvConsistency, BulkReadsUseAndFillTheSameMemory) {
  KvWorld world;
  KvClient& here = world.at(0);
  KvClient& there = world.at(1);
  const std::vector<std::string> keys = {"a", "b"};
  world.run([&] {
    ASSERT_TRUE(here.put("a", "old", {}));
    EXPECT_THAT(*there.get_many(keys), ElementsAre("old", std::nullopt));
    world.wait(seconds(1));
    ASSERT_TRUE(here.put("a", "new", {}));
    ASSERT_TRUE(here.put("b", "new", {}));
    EXPECT_THAT(*there.get_many(keys), ElementsAre("old", std::nullopt));
    EXPECT_EQ(value_of(there.get("a")), "old");
    EXPECT_EQ(value_of(there.get("b")), "(absent)");
  });
}

TEST(KvConsistency, TwoProcessesAtOneLocationShareItsMemory) {
  KvWorld world;
  KvClient& one = world.at(7);
  KvClient& other = world.at(7);
  KvClient& far = world.at(8);
  world.run([&] {
    EXPECT_EQ(value_of(one.get("k")), "(absent)");
    ASSERT_TRUE(far.put("k", "v", {}));
    EXPECT_EQ(value_of(other.get("k")), "(absent)");
  });
}

TEST(KvConsistency, ExpiryWinsOverTheCache) {
  KvWorld world;
  KvClient& here = world.at(0);
  KvClient& there = world.at(1);
  world.run([&] {
    ASSERT_TRUE(here.put("k", "v", with_ttl(60)));
    world.wait_until(seconds(59));
    EXPECT_EQ(value_of(there.get("k")), "v");
    world.wait_until(seconds(60));
    EXPECT_EQ(value_of(there.get("k")), "(absent)");
  });
}

TEST(KvConsistency, AnExpiredCopyHidesNoNewerValue) {
  KvWorld world;
  KvClient& here = world.at(0);
  KvClient& there = world.at(1);
  world.run([&] {
    ASSERT_TRUE(here.put("k", "old", with_ttl(60)));
    world.wait_until(seconds(50));
    EXPECT_EQ(value_of(there.get("k")), "old");
    ASSERT_TRUE(here.put("k", "new", {}));
    EXPECT_EQ(value_of(there.get("k")), "old");
    world.wait_until(seconds(60));
    EXPECT_EQ(value_of(there.get("k")), "new");
  });
}

TEST(KvConsistency, StatesItsStalenessBound) {
  KvService::Options options;
  options.cache_ttl = seconds(30);
  KvWorld world(options);
  EXPECT_EQ(world.at(0).staleness_bound(), seconds(30));
}

TEST(KvConsistency, WithoutCacheEveryReadIsCurrent) {
  KvService::Options options;
  options.cache_ttl = Duration(0);
  KvWorld world(options);
  KvClient& here = world.at(0);
  KvClient& there = world.at(1);
  world.run([&] {
    EXPECT_EQ(value_of(there.get("k")), "(absent)");
    ASSERT_TRUE(here.put("k", "v", {}));
    EXPECT_EQ(value_of(there.get("k")), "v");
  });
}

TEST(KvThrottle, K02_ASecondWriteOfAKeyWithinASecondIsRefused) {
  KvService::Options options;
  options.write_latency = Duration(0);
  KvWorld world(options);
  KvClient& here = world.at(0);
  KvClient& there = world.at(1);
  world.run([&] {
    ASSERT_TRUE(here.put("k", "1", {}));
    const Duration written = world.scheduler.now();
    world.wait_until(written + seconds(1) - Duration(1));
    const auto second = there.put("k", "2", {});
    EXPECT_TRUE(refused(second, FailureKind::throttled, "KV PUT failed: 429 Too Many Requests"));
    EXPECT_TRUE(second.error().retryable);
    EXPECT_EQ(second.error().retry_after, seconds(1));
    EXPECT_TRUE(there.put("other", "1", {})) << "the limit is one of the key";
    world.wait_until(written + seconds(1));
    EXPECT_TRUE(here.put("k", "3", {})) << "the refused write does not count";
    EXPECT_EQ(world.service.version("k"), 2U);
  });
}

TEST(KvThrottle, RemovesDoNotCountUnlessAskedTo) {
  for (const bool throttled : {false, true}) {
    KvService::Options options;
    options.throttle_removes = throttled;
    KvWorld world(options);
    KvClient& kv = world.at(0);
    world.run([&] {
      ASSERT_TRUE(kv.put("k", "1", {}));
      const auto removed = kv.remove("k");
      EXPECT_EQ(removed.has_value(), !throttled);
      if (throttled) {
        EXPECT_TRUE(
            refused(removed, FailureKind::throttled, "KV DELETE failed: 429 Too Many Requests"));
      }
    });
  }
}

TEST(KvLatency, IsThatOfACachedOrAColdRead) {
  KvWorld world;
  KvClient& kv = world.at(0);
  world.service.load({"k", "v", {}, ""});
  world.run([&] {
    const auto took = [&](auto call) {
      const Duration before = world.scheduler.now();
      call();
      return world.scheduler.now() - before;
    };
    EXPECT_EQ(took([&] { (void)kv.get("k"); }), milliseconds(40));
    EXPECT_EQ(took([&] { (void)kv.get("k"); }), milliseconds(1));
    EXPECT_EQ(took([&] { (void)kv.get("absent"); }), milliseconds(40));
    EXPECT_EQ(took([&] { (void)kv.get("absent"); }), milliseconds(1));
    const std::vector<std::string> keys = {"k", "absent"};
    EXPECT_EQ(took([&] { (void)kv.get_many(keys); }), milliseconds(1));
    const std::vector<std::string> more = {"k", "unknown"};
    EXPECT_EQ(took([&] { (void)kv.get_many(more); }), milliseconds(40));
    EXPECT_EQ(took([&] { (void)kv.put("k", "w", {}); }), milliseconds(60));
    EXPECT_EQ(took([&] { (void)kv.list({}); }), milliseconds(60));
  });
}

TEST(KvService, CountsWhatReachedIt) {
  KvWorld world;
  KvClient& kv = world.at(0);
  world.run([&] {
    (void)kv.get("a");
    (void)kv.get("a");
    (void)kv.put("a", "1", {});
    (void)kv.put("a", "2", {});  // refused, and counted
    (void)kv.remove("a");
    (void)kv.list({});
  });
  EXPECT_EQ(world.service.counts(), (KvOperationCounts{2, 0, 0, 2, 1, 1}));
}

TEST(KvService, ABudgetOfOperationsStopsTheNextCall) {
  KvWorld world;
  sim::Process& process = world.scheduler.start_process("worker");
  Budget budget;
  budget.kv_operations = 1;
  KvClient kv(world.service, world.gate, process, 0);
  world.run([&] {
    world.scheduler.begin_invocation(process, budget);
    EXPECT_TRUE(kv.get("a"));
    EXPECT_TRUE(refused(kv.get("a"), FailureKind::limit_exceeded,
                        "Too many API requests by single Worker invocation."));
  });
  EXPECT_EQ(world.service.counts().get, 1);
}

TEST(KvService, LoadsDigestsAndRestoresOutsideOfTime) {
  KvWorld world;
  EXPECT_FALSE(world.service.load({"b", "1", {}, ""}));
  EXPECT_TRUE(world.service.load({"b", "2", 1'764'000'100, "{}"}));
  EXPECT_FALSE(world.service.load({"a", "3", {}, ""}));
  EXPECT_FALSE(world.service.load({"gone", "4", 1'763'999'999, ""}));
  const std::vector<KvRecord> entries = world.service.entries();
  EXPECT_THAT(entries,
              ElementsAre(KvRecord{"a", "3", {}, ""}, KvRecord{"b", "2", 1'764'000'100, "{}"}));

  KvWorld copy;
  copy.service.load({"c", "v", {}, ""});
  EXPECT_NE(copy.service.digest(), world.service.digest());
  copy.service.restore(entries);
  EXPECT_EQ(copy.service.entries(), entries);
  EXPECT_EQ(copy.service.digest(), world.service.digest());
  copy.service.load({"b", "2", 1'764'000'101, "{}"});
  EXPECT_NE(copy.service.digest(), world.service.digest()) << "the expiration counts as well";
}

}  // namespace
}  // namespace cutover::fakes
