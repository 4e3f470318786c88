// Forced stale answers and short pages, as faults ask for them: what a read or a list may show of
// an earlier moment, and for how long (cloudflare-facts A1, A3).
#include <gmock/gmock.h>

#include "tests/fakes/kv/kv_world.h"

namespace cutover::fakes {
namespace {

using std::chrono::seconds;
using testing::ElementsAre;
using testing::IsEmpty;

// The service's methods are pure effects: the body's waits are all the time that passes.
class KvStale : public testing::Test {
 protected:
  std::string get(std::string_view key, Duration age = Duration{0}, std::size_t location = 0) {
    return value_of(world.service.get(location, key, age));
  }
  void put(std::string_view key, std::string_view value, std::size_t location = 0) {
    ASSERT_TRUE(world.service.put(location, key, value, {}));
  }
  std::vector<std::string> listed(const ListView& view) {
    return names_of(world.service.list({}, view));
  }

  KvWorld world;
};

TEST_F(KvStale, AForcedStaleHitIsTheCentresAnswerOfThatMoment) {
  world.run([&] {
    put("k", "1");
    world.wait(seconds(10));
    put("k", "2");
    world.wait(seconds(10));
    put("k", "3");
    world.wait(seconds(1));
    EXPECT_EQ(get("k", seconds(1), 5), "3") << "it was written one second ago";
    EXPECT_EQ(get("k", seconds(1) + Duration(1), 6), "2");
    EXPECT_EQ(get("k", seconds(11), 7), "2");
    EXPECT_EQ(get("k", seconds(12), 8), "1");
  });
}

TEST_F(KvStale, AForcedStaleMissFindsNothingWhereAKeyWasWrittenSince) {
  world.run([&] {
    world.wait(seconds(100));
    put("k", "v");
    world.wait(seconds(5));
    EXPECT_EQ(get("k", seconds(6), 1), "(absent)");
    EXPECT_EQ(get("k", Duration{0}, 1), "(absent)") << "the miss is remembered";
    EXPECT_EQ(get("k", seconds(5), 2), "v");
  });
}

TEST_F(KvStale, ARemovedKeyIsStillThereForAStaleRead) {
  world.run([&] {
    world.service.load({"k", "v", {}, ""});
    world.wait(seconds(100));
    ASSERT_TRUE(world.service.remove(0, "k"));
    world.wait(seconds(1));
    EXPECT_EQ(get("k", seconds(2), 1), "v");
    EXPECT_EQ(get("k", Duration{0}, 2), "(absent)");
  });
}

TEST_F(KvStale, StaleReadsHappenAlsoWhereTheWriteWasMade) {
  world.run([&] {
    put("k", "old");
    world.wait(seconds(2));
    put("k", "new");
    EXPECT_EQ(get("k"), "new");
    EXPECT_EQ(get("k", seconds(1)), "old") << "its own write is usually seen, never promised";
  });
}

TEST_F(KvStale, ALocationThatRemembersSomethingOlderAnswersThat) {
  world.run([&] {
    put("k", "1", 9);
    EXPECT_EQ(get("k"), "1");
    world.wait(seconds(10));
    put("k", "2", 9);
    world.wait(seconds(10));
    EXPECT_EQ(get("k", seconds(5)), "1");
  });
}

TEST_F(KvStale, NoAnswerIsOlderThanTheStatedBound) {
  world.run([&] {
    put("k", "1");
    world.wait(seconds(30));
    put("k", "2");
    const Duration written = world.scheduler.now();
    world.wait(seconds(40));
    EXPECT_EQ(get("k", seconds(41), 1), "1");
    world.wait_until(written + seconds(59) - Duration(1));
    EXPECT_EQ(get("k", Duration{0}, 1), "1") << "remembered for what is left of its minute";
    world.wait_until(written + seconds(59));
    EXPECT_EQ(get("k", Duration{0}, 1), "2");
    world.wait_until(written + seconds(60));
    EXPECT_EQ(get("k", std::chrono::hours(1), 2), "2") << "whatever age is asked for";
  });
}

TEST_F(KvStale, LoadedEntriesWereAlwaysThere) {
  world.service.load({"k", "v", {}, ""});
  world.run([&] {
    EXPECT_EQ(get("k", seconds(60)), "v");
    EXPECT_THAT(listed({seconds(60)}), ElementsAre("k"));
  });
}

TEST_F(KvStale, ExpiryWinsOverAStaleRead) {
  world.run([&] {
    ASSERT_TRUE(world.service.put(0, "k", "v", with_ttl(60)));
    world.wait(seconds(59));
    EXPECT_EQ(get("k", seconds(30), 1), "v");
    world.wait(seconds(1));
    EXPECT_EQ(get("k", seconds(30), 1), "(absent)");
  });
}

TEST_F(KvStale, ABulkReadMayBeStaleAsAWhole) {
  const std::vector<std::string> keys = {"a", "b"};
  world.run([&] {
    put("a", "old");
    world.wait(seconds(10));
    put("a", "new");
    put("b", "new");
    world.wait(seconds(1));
    EXPECT_THAT(*world.service.get_many(1, keys, seconds(2)), ElementsAre("old", std::nullopt));
    EXPECT_THAT(*world.service.get_many(2, keys), ElementsAre("new", "new"));
  });
}

TEST_F(KvStale, WithoutCacheNoReadIsStale) {
  KvService::Options options;
  options.cache_ttl = Duration(0);
  KvWorld current(options);
  current.run([&] {
    ASSERT_TRUE(current.service.put(0, "k", "1", {}));
    current.wait(seconds(10));
    ASSERT_TRUE(current.service.put(0, "k", "2", {}));
    EXPECT_EQ(value_of(current.service.get(0, "k", seconds(5))), "2");
  });
}

TEST_F(KvStale, AStaleListShowsTheKeysOfThatMoment) {
  world.service.load({"gone", "v", {}, ""});
  world.service.load({"stays", "v", {}, ""});
  world.run([&] {
    world.wait(seconds(100));
    put("added", "v");
    ASSERT_TRUE(world.service.remove(0, "gone"));
    world.wait(seconds(20));
    EXPECT_THAT(listed({seconds(21)}), ElementsAre("gone", "stays"));
    EXPECT_THAT(listed({}), ElementsAre("added", "stays"));
    world.wait(seconds(40));
    EXPECT_THAT(listed({std::chrono::hours(1)}), ElementsAre("added", "stays"))
        << "a list is at most a minute old";
  });
}

TEST_F(KvStale, AListIsNeverFresherThanTheNamespacesLag) {
  KvService::Options options = without_tombstones();
  options.list_lag = seconds(30);
  KvWorld lagging(options);
  lagging.run([&] {
    ASSERT_TRUE(lagging.service.put(0, "k", "v", {}));
    lagging.wait(seconds(20));
    EXPECT_THAT(names_of(lagging.service.list({}, {seconds(10)})), IsEmpty());
    lagging.wait(seconds(20));
    EXPECT_THAT(names_of(lagging.service.list({}, {seconds(10)})), ElementsAre("k"));
    EXPECT_THAT(names_of(lagging.service.list({}, {seconds(45)})), IsEmpty());
  });
}

TEST_F(KvStale, AShortPageGoesOnWhereItStopped) {
  for (const char* key : {"p:", "p:1", "p:2", "p:3", "q"}) world.service.load({key, "v", {}, ""});
  const auto first = world.service.list(query_of("p:", 4), {Duration{0}, 1});
  EXPECT_THAT(names_of(first), ElementsAre("p:"));
  EXPECT_FALSE(first->complete);
  const auto rest = world.service.list(query_of("p:", 4, first->cursor));
  EXPECT_THAT(names_of(rest), ElementsAre("p:1", "p:2", "p:3"));
  EXPECT_TRUE(rest->complete);
}

TEST_F(KvStale, M15_AnEmptyPageLosesNothingAlsoWhenItIsTheFirst) {
  for (const char* key : {"a", "p:1", "p:2"}) world.service.load({key, "v", {}, ""});
  const auto empty = world.service.list(query_of("p:", 1), {Duration{0}, 0});
  EXPECT_THAT(names_of(empty), IsEmpty());
  EXPECT_FALSE(empty->complete);
  const auto again = world.service.list(query_of("p:", 1, empty->cursor), {Duration{0}, 0});
  EXPECT_THAT(names_of(again), IsEmpty());
  EXPECT_FALSE(again->complete);
  const auto next = world.service.list(query_of("p:", 1, again->cursor));
  EXPECT_THAT(names_of(next), ElementsAre("p:1"));
  const auto between = world.service.list(query_of("p:", 1, next->cursor), {Duration{0}, 0});
  EXPECT_FALSE(between->complete);
  EXPECT_THAT(names_of(world.service.list(query_of("p:", 1, between->cursor))), ElementsAre("p:2"));
}

TEST_F(KvStale, AShortPageIsCompleteWhenNothingIsLeft) {
  world.service.load({"a", "v", {}, ""});
  EXPECT_TRUE(world.service.list({}, {Duration{0}, 1})->complete);
  EXPECT_TRUE(world.service.list(query_of("p:"), {Duration{0}, 0})->complete);
}

}  // namespace
}  // namespace cutover::fakes
