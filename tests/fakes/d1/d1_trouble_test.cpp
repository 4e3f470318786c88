// Time Travel, a full database, long-running jobs, daily limits and the reads that the service
// repeats by itself (cloudflare-facts B1 to B5).
#include <gmock/gmock.h>

#include "fakes/d1/statement_text.h"
#include "tests/fakes/d1/d1_world.h"

namespace cutover::fakes {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

class D1Trouble : public testing::Test {
 protected:
  void SetUp() override { ASSERT_TRUE(world.query("CREATE TABLE t (a)")); }
  void add(int value) { ASSERT_TRUE(world.query("INSERT INTO t VALUES (?1)", {value})); }
  SqlValue count() { return value_of(world.query("SELECT count(*) FROM t")); }

  D1World world;
};

TEST_F(D1Trouble, TimeTravelRestoresTheStateOfTheBookmark) {
  add(1);
  const std::string bookmark = world.service.bookmark();
  const std::string before = world.service.digest();
  add(2);
  ASSERT_TRUE(world.query("CREATE TABLE later (b)"));
  ASSERT_TRUE(world.service.restore_to(bookmark));
  EXPECT_EQ(world.service.digest(), before);
  EXPECT_EQ(count(), SqlValue(1));
  EXPECT_FALSE(world.query("SELECT * FROM later"));
}

TEST_F(D1Trouble, ARestoreCanBeUndone) {
  const std::string empty = world.service.bookmark();
  add(1);
  const auto undo = world.service.restore_to(empty);
  ASSERT_TRUE(undo);
  EXPECT_EQ(count(), SqlValue(0));
  ASSERT_TRUE(world.service.restore_to(*undo));
  EXPECT_EQ(count(), SqlValue(1));
}

TEST_F(D1Trouble, BookmarksSortInTheOrderOfTheirStatesAndMoveOnlyWithChanges) {
  const std::string first = world.service.bookmark();
  EXPECT_EQ(world.service.bookmark(), first);
  std::string last = first;
  for (int i = 0; i < 20; ++i) {
    add(i);
    const std::string next = world.service.bookmark();
    EXPECT_GT(next, last);
    last = next;
  }
}

TEST_F(D1Trouble, OnlyTheNewestBookmarksAreKept) {
  const std::string first = world.service.bookmark();
  std::string second;
  for (std::size_t i = 0; i < TimeTravel::Options().kept_max; ++i) {
    add(1);
    const std::string next = world.service.bookmark();
    if (second.empty()) second = next;
  }
  EXPECT_TRUE(refused(world.service.restore_to(first), FailureKind::malformed,
                      "D1_ERROR: There is no state to restore at the bookmark '" + first + "'."));
  EXPECT_TRUE(world.service.restore_to(second))
      << "though the bookmark of the present pushes it out";
  EXPECT_EQ(count(), SqlValue(1));
}

TEST_F(D1Trouble, ABookmarkReachesBackThirtyDaysAndNoFurther) {
  add(1);
  const std::string bookmark = world.service.bookmark();
  add(2);
  world.run([&] {
    world.scheduler.sleep(hours(24 * 30));
    EXPECT_TRUE(world.service.restore_to(bookmark));
    EXPECT_EQ(count(), SqlValue(1));
    world.scheduler.sleep(Duration(1));
    EXPECT_FALSE(world.service.restore_to(bookmark));
  });
}

TEST_F(D1Trouble, TenRestoresInTenMinutesAreAllowed) {
  const std::string bookmark = world.service.bookmark();
  world.run([&] {
    for (int i = 0; i < 10; ++i) EXPECT_TRUE(world.service.restore_to(bookmark));
    const auto eleventh = world.service.restore_to(bookmark);
    ASSERT_FALSE(eleventh);
    EXPECT_EQ(eleventh.error().kind, FailureKind::throttled);
    EXPECT_TRUE(eleventh.error().retryable);
    world.scheduler.sleep(minutes(10));
    EXPECT_TRUE(world.service.restore_to(bookmark));
  });
}

TEST_F(D1Trouble, LimitsForeignKeysAndPreparedStatementsOutliveARestore) {
  const std::string early = world.service.bookmark();
  apply_plan_schema(world);
  ASSERT_TRUE(world.query(insert_book, {text("1"), text("One")}));
  const std::string bookmark = world.service.bookmark();
  ASSERT_TRUE(world.query("DROP INDEX idx_books_year"));
  ASSERT_TRUE(world.service.restore_to(bookmark));
  EXPECT_EQ(world.query(insert_book, {text("2"), text("Two")})->meta.rows_written, 5)
      << "with the index that is back";
  EXPECT_FALSE(world.query(insert_shelf, {text("u"), text("orphan"), text("reading"), 5.0}));
  EXPECT_TRUE(refused(world.query("SELECT zeroblob(2000001)"), FailureKind::limit_exceeded,
                      "D1_ERROR: string or blob too big: SQLITE_TOOBIG"));
  EXPECT_FALSE(world.query("PRAGMA user_version"));
  ASSERT_TRUE(world.service.restore_to(early));
  EXPECT_TRUE(refused(world.query(insert_book, {text("1"), text("One")}), FailureKind::malformed,
                      "D1_ERROR: no such table: Books: SQLITE_ERROR"));
}

TEST_F(D1Trouble, ARestoreUnderLoadFallsBetweenTwoCallsAndTheNextOnesFindTheOldState) {
  add(1);
  const std::string bookmark = world.service.bookmark();
  std::vector<SqlValue> counts;
  D1Client& d1 = world.client();
  world.task([&] {
    for (int i = 0; i < 3; ++i) {
      const std::vector<Statement> both = {{"INSERT INTO t VALUES (9), (9)", {}},
                                           {"SELECT count(*) FROM t", {}}};
      const auto results = d1.batch(both);
      ASSERT_TRUE(results);
      counts.push_back((*results)[1].rows[0][0]);
    }
  });
  world.task([&] {
    world.scheduler.sleep(std::chrono::milliseconds(50));  // in the middle of the second call
    ASSERT_TRUE(world.service.restore_to(bookmark));
  });
  world.run();
  EXPECT_THAT(counts, testing::ElementsAre(SqlValue(3), SqlValue(5), SqlValue(3)));
}

TEST_F(D1Trouble, AFullDatabaseRefusesWhatWouldGrowItAndReadsGoOn) {
  add(1);
  add(2);
  world.service.set_full(true);
  constexpr auto away = FailureKind::unavailable;
  constexpr std::string_view full = "D1_ERROR: Exceeded maximum DB size";
  EXPECT_TRUE(refused(world.query("INSERT INTO t VALUES (3)"), away, full));
  EXPECT_TRUE(refused(world.query("UPDATE t SET a = 3"), away, full));
  EXPECT_TRUE(refused(world.query("CREATE TABLE u (a)"), away, full));
  const std::vector<Statement> batch = {{"DELETE FROM t", {}}, {"INSERT INTO t VALUES (3)", {}}};
  EXPECT_TRUE(refused(world.service.batch(batch), away, full));
  EXPECT_EQ(count(), SqlValue(2)) << "all or nothing";
  EXPECT_TRUE(world.query("UPDATE t SET a = 3 WHERE a = 77")) << "nothing was written";
  EXPECT_TRUE(world.query("DELETE FROM t WHERE a = 1")) << "which makes room";
  world.service.set_full(false);
  add(3);
  EXPECT_EQ(count(), SqlValue(2));
}

TEST(D1Size, ADatabaseStopsGrowingAtItsPlansBytes) {
  D1Service::Options options;
  options.bytes_max = 20 * 4096;
  D1World world(options);
  ASSERT_TRUE(world.query("CREATE TABLE t (a)"));
  const std::string row(10'000, 'x');
  int rows = 0;
  Outcome<ResultSet> result = world.query("INSERT INTO t VALUES (?1)", {row});
  for (; result && rows < 100; ++rows) result = world.query("INSERT INTO t VALUES (?1)", {row});
  EXPECT_TRUE(refused(result, FailureKind::unavailable, "D1_ERROR: Exceeded maximum DB size"));
  EXPECT_GT(rows, 2);
  EXPECT_EQ(value_of(world.query("SELECT count(*) FROM t")), SqlValue(rows));
  EXPECT_TRUE(world.query("DELETE FROM t"));
  EXPECT_TRUE(world.query("INSERT INTO t VALUES (?1)", {row}));
}

TEST_F(D1Trouble, ARunningExportOrImportBlocksEveryQuery) {
  for (const bool exports : {true, false}) {
    const auto set_running = [&](bool running) {
      exports ? world.service.set_export_running(running)
              : world.service.set_import_running(running);
    };
    set_running(true);
    const std::string words = std::string("D1_ERROR: Currently processing a long-running ") +
                              (exports ? "export." : "import.");
    const auto read = world.query("SELECT 1");
    EXPECT_TRUE(refused(read, FailureKind::unavailable, words));
    EXPECT_TRUE(read.error().retryable);
    EXPECT_TRUE(refused(world.service.batch(std::vector<Statement>{{"DELETE FROM t", {}}}),
                        FailureKind::unavailable, words));
    set_running(false);
    EXPECT_TRUE(world.query("SELECT 1"));
  }
}

TEST(D1QueryTime, ACallThatWouldTakeMoreThanThirtySecondsEndsAfterThirty) {
  D1Service::Options options;
  options.write_time = seconds(16);
  D1World world(options);
  D1Client& d1 = world.client();
  const Statement create{"CREATE TABLE IF NOT EXISTS t (a)", {}};
  world.run([&] {
    EXPECT_TRUE(d1.query(create));
    const Duration before = world.scheduler.now();
    const auto result = d1.batch(std::vector{create, create});
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().kind, FailureKind::timeout);
    EXPECT_EQ(result.error().effect, Effect::unknown);
    EXPECT_EQ(result.error().message,
              "D1_ERROR: D1 DB storage operation exceeded timeout which caused object to be "
              "reset.");
    EXPECT_EQ(world.scheduler.now() - before, seconds(30) + std::chrono::milliseconds(20));
  });
}

TEST(D1DailyLimits, WritesFailWhenTheDaysWrittenRowsAreUsedUpWhileReadsGoOn) {
  D1Service::Options options;
  options.daily_limits = D1DailyLimits{.rows_read = 1000, .rows_written = 2};
  D1World world(options);
  ASSERT_TRUE(world.query("CREATE TABLE t (a)"));
  world.run([&] {  // from 16:00 UTC
    EXPECT_TRUE(world.query("INSERT INTO t VALUES (1), (2), (3)")) << "what began is finished";
    const auto next = world.query("INSERT INTO t VALUES (4)");
    EXPECT_TRUE(refused(next, FailureKind::throttled,
                        "D1_ERROR: exceeded free tier daily row write limit"));
    EXPECT_FALSE(next.error().retryable);
    EXPECT_EQ(next.error().retry_after, hours(8));
    EXPECT_EQ(value_of(world.query("SELECT count(*) FROM t")), SqlValue(3));
    world.scheduler.sleep(hours(8));
    EXPECT_TRUE(world.query("INSERT INTO t VALUES (4)")) << "a new day of UTC";
  });
}

TEST(D1DailyLimits, EverythingFailsWhenTheDaysReadRowsAreUsedUp) {
  D1Service::Options options;
  options.daily_limits = D1DailyLimits{.rows_read = 3, .rows_written = 100};
  D1World world(options);
  ASSERT_TRUE(world.query("CREATE TABLE t (a)"));
  ASSERT_TRUE(world.query("INSERT INTO t VALUES (1), (2), (3)"));
  ASSERT_TRUE(world.query("SELECT * FROM t"));
  constexpr std::string_view words = "D1_ERROR: exceeded free tier daily row read limit";
  EXPECT_TRUE(refused(world.query("SELECT 1"), FailureKind::throttled, words));
  EXPECT_TRUE(refused(world.query("DELETE FROM t"), FailureKind::throttled, words));
}

TEST(D1DailyLimits, AreTheFreePlansAndOffUnlessAskedFor) {
  EXPECT_FALSE(D1Service::Options().daily_limits.has_value());
  EXPECT_EQ(D1DailyLimits().rows_read, 5'000'000);
  EXPECT_EQ(D1DailyLimits().rows_written, 100'000);
}

// Fails the first calls of every site in one way.
class FirstCallsFail final : public sim::FaultPlan {
 public:
  FirstCallsFail(std::uint64_t failing, sim::Decision decision)
      : failing_(failing), decision_(decision) {}
  sim::Decision decide(const sim::Process&, const sim::Call&, std::uint64_t ordinal,
                       Duration) override {
    return ordinal < failing_ ? decision_ : sim::Ending::applied;
  }

 private:
  std::uint64_t failing_;
  sim::Decision decision_;
};

class D1Repeats : public testing::Test {
 protected:
  // What the caller learns when the first calls fail so, with so many attempts allowed.
  Outcome<ResultSet> query(std::string_view sql, std::uint64_t failing, sim::Decision decision,
                           int attempts_max = 3) {
    D1Service::Options options;
    options.read_attempts_max = attempts_max;
    FirstCallsFail plan(failing, decision);
    D1World world(options);
    sim::Gate gate(world.scheduler, plan);
    sim::Process& process = world.scheduler.start_process("worker");
    D1Client d1(world.service, gate, process);
    Outcome<ResultSet> outcome = Failure{};
    world.run([&] {
      Budget budget;
      budget.d1_queries = budget.subrequests = 1;
      world.scheduler.begin_invocation(process, budget);
      outcome = d1.query({sql, {}});
    });
    repeats = world.service.counts().repeats;
    return outcome;
  }

  static inline const sim::Decision lost{sim::Ending::answer_lost, FailureKind::connection_lost};
  std::int64_t repeats = 0;
};

TEST_F(D1Repeats, AReadIsTriedUpToTwiceMoreAfterATransientFailureAtNoCost) {
  EXPECT_TRUE(query("SELECT 1", 2, lost));
  EXPECT_EQ(repeats, 2);
  EXPECT_FALSE(query("SELECT 1", 3, lost));
  EXPECT_EQ(repeats, 2);
  EXPECT_TRUE(query("SELECT 1", 1, {sim::Ending::rejected, FailureKind::unavailable}));
  EXPECT_EQ(repeats, 1);
}

TEST_F(D1Repeats, AWriteIsNeverRepeatedForItsCaller) {
  EXPECT_FALSE(query("CREATE TABLE t (a)", 1, lost));
  EXPECT_FALSE(query("PRAGMA table_list", 1, lost));
  EXPECT_EQ(repeats, 0);
}

TEST_F(D1Repeats, OverloadAndBadStatementsAreTheCallersToHear) {
  EXPECT_FALSE(query("SELECT 1", 1, {sim::Ending::rejected, FailureKind::overloaded}));
  EXPECT_FALSE(query("SELECT 1", 1, {sim::Ending::rejected, FailureKind::timeout}));
  EXPECT_FALSE(query("SELECT nope", 0, lost));
  EXPECT_EQ(repeats, 0);
}

TEST_F(D1Repeats, NothingWasRepeatedBeforeSeptember2025) {
  EXPECT_FALSE(query("SELECT 1", 1, lost, 1));
  EXPECT_EQ(repeats, 0);
}

TEST(StatementText, TellsWhatTheServiceMayRepeat) {
  for (const std::string_view sql :
       {"SELECT 1", "EXPLAIN SELECT 1", "WITH a AS (SELECT 'DELETE') SELECT * FROM a",
        "SELECT replace(a, 'b', 'c') FROM t"}) {
    EXPECT_TRUE(can_be_repeated(sql)) << sql;
  }
  for (const std::string_view sql :
       {"INSERT INTO t VALUES (1)", "VALUES (1)", "PRAGMA table_list", "",
        "WITH a AS (SELECT 1) DELETE FROM t", "SELECT 1; DELETE FROM t"}) {
    EXPECT_FALSE(can_be_repeated(sql)) << sql;
  }
}

}  // namespace
}  // namespace cutover::fakes
