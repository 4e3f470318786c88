// Each watch accepts a good history and refuses a bad one, made by hand.
#include "chaos/live_system.h"
#include "tests/chaos/good_end.h"

namespace cutover::chaos {
namespace {

using sim::EventKind;
using std::chrono::seconds;
using ::testing::IsEmpty;

class InvariantWatches : public GoodEnd {
 protected:
  void chunk() { happens(EventKind::call, "d1.batch", "UPDATE MigrationLease", "ok"); }

  // The phase since so many seconds.
  void phase(const char* name, int since) {
    execute(
        "INSERT OR REPLACE INTO RolloutState (id, phase, percent, writes_stopped, revision, "
        "changed_at) VALUES (1, '" +
        std::string(name) + "', 0, 0, 1, unixepoch() - " + std::to_string(since) + ")");
  }
  void put(const std::string& title, int version) {
    KvRecord record;
    record.key = "book:isbn:" + isbn(6);
    record.value = R"({"title":")" + title + "\"}";
    record.metadata = R"({"version":)" + std::to_string(version) + "}";
    world.kv().load(record);
    happens(EventKind::call, "kv.put", record.key, "ok", 7, seconds(100));
  }
  // It learned the phase a minute and more before it puts anything.
  void start_isolate(Duration knows_since = seconds(30)) {
    happens(EventKind::process, "started", "api-1", "", 7);
    happens(EventKind::answer, "d1.query", "SELECT RolloutState", "ok", 7, knows_since);
  }
};

TEST_F(InvariantWatches, AChunkWhoseFatesDoNotAddUpViolatesConservation) {
  chunk();
  EXPECT_THAT(watched(), IsEmpty());
  execute("UPDATE MigrationRuns SET listed = listed + 1");
  chunk();
  EXPECT_EQ(watched(), Names{"conservation"});
}

TEST_F(InvariantWatches, ARunThatGoesBackInItsListingViolatesProgress) {
  chunk();
  execute("UPDATE MigrationRuns SET last_key = 'book:isbn:0', prefix_index = 0");
  chunk();
  EXPECT_EQ(watched(), Names{"progress"});
}

TEST_F(InvariantWatches, AChunkThatReplacesALiveRowIsALostUpdate) {
  chunk();
  execute("UPDATE Books SET source_time = 1001, version = version + 1 WHERE origin = 'live'");
  chunk();
  EXPECT_THAT(watched(), IsEmpty());
  execute("UPDATE Books SET origin = 'backfill' WHERE origin = 'live'");
  chunk();
  EXPECT_EQ(watched(), Names{"no_lost_update"});
}

TEST_F(InvariantWatches, ABookThatIsPutIntoKvBeforeD1HasItViolatesTheOrder) {
  start_isolate();
  phase("dual_write", 60);
  put("Book 6", 1);
  EXPECT_THAT(watched(), IsEmpty()) << "D1 has it";
  put("A newer one", 2);
  EXPECT_EQ(watched(), Names{"d1_before_kv"});
}

TEST_F(InvariantWatches, AnotherBookThanD1HasUnderThisVersionViolatesTheOrder) {
  start_isolate();
  phase("d1", 60);
  put("Another one", 1);
  EXPECT_EQ(watched(), Names{"d1_before_kv"});
}

TEST_F(InvariantWatches, TheOrderIsNotAskedForWhereD1IsNotWrittenOrRefused) {
  start_isolate();
  put("A newer one", 2);
  phase("kv_only", 60);
  put("A newer one", 2);
  phase("dual_write", 5);
  put("A newer one", 2);
  phase("dual_write", 60);
  happens(EventKind::answer, "d1.batch", "SELECT Books", "unavailable", 7, seconds(99));
  put("A newer one", 2);
  EXPECT_THAT(watched(), IsEmpty());
}

TEST_F(InvariantWatches, TheOrderIsNotAskedOfAnIsolateThatHasJustLearnedThePhase) {
  start_isolate(seconds(90));
  phase("d1", 60);
  put("Another one", 1);
  EXPECT_THAT(watched(), IsEmpty());
}

TEST_F(InvariantWatches, ATokenASecretOrAStoredValueInAnyTextViolatesPrivacy) {
  happens(EventKind::telemetry, "http.request", "", "route=/health status=200");
  EXPECT_THAT(watched(), IsEmpty());
  happens(EventKind::telemetry, "http.request", "", "token=" + std::string(admin_token));
  EXPECT_EQ(watched(), Names{"privacy"});
}

TEST_F(InvariantWatches, ARefusalForLackOfBudgetViolatesBudgetsUnlessSomethingHadFailedBefore) {
  const std::string refusal = "limit exceeded: Too many API requests by single Worker invocation.";
  happens(EventKind::answer, "kv.get", "k", "unavailable", 7);
  happens(EventKind::answer, "kv.get", "k", refusal, 7);
  EXPECT_THAT(watched(), IsEmpty());
  happens(EventKind::answer, "kv.get", "k", refusal, 8);
  EXPECT_EQ(watched(), Names{"budgets"});
}

}  // namespace
}  // namespace cutover::chaos
