#include "core/store/cache_metrics.h"

#include "core/ports/check.h"
#include "tests/core/store/test_database.h"

namespace cutover::store {
namespace {

using testing::NiceMock;

class FreeMutex final : public Mutex {
 public:
  void lock() override {
    CUTOVER_CHECK(!held_, "the counters must not wait for each other");
    held_ = true;
  }
  void unlock() override { held_ = false; }

 private:
  bool held_ = false;
};

// One task, and a clock and dice that the test sets.
class StillRuntime final : public Runtime {
 public:
  Duration now() const override { return time; }
  UnixTime wall() const override { return {}; }
  void sleep(Duration duration) override { time += duration; }
  std::unique_ptr<TaskGroup> task_group(std::size_t) override { return nullptr; }
  void defer(std::function<void()> work) override { work(); }
  std::unique_ptr<Mutex> mutex() override { return std::make_unique<FreeMutex>(); }
  std::uint64_t random_number(std::string_view) override { return dice; }
  Budget budget() const override { return {}; }

  Duration time{0};
  std::uint64_t dice = 1;
};

class CacheMetricsTest : public testing::Test {
 protected:
  std::string rows() {
    std::string text;
    for (const SqlRow& row : rows_of(*database,
                                     "SELECT cache_key, hit_count, miss_count, data_size_bytes "
                                     "FROM CacheMetrics ORDER BY cache_key")) {
      text += std::string(as_text(row[0])) + " " + std::to_string(as_int(row[1])) + " " +
              std::to_string(as_int(row[2])) + " " + std::to_string(as_int(row[3], -1)) + "\n";
    }
    return text;
  }

  StillRuntime runtime;
  std::unique_ptr<Database> database = migrated_database();
  CacheMetrics metrics{runtime, {}};
};

TEST_F(CacheMetricsTest, R3_2_AddsWhatWasCountedToWhatTheTableHas) {
  metrics.hit("book:isbn:1", 100);
  metrics.hit("book:isbn:1", 120);
  metrics.miss("book:isbn:1", true);
  metrics.miss("book:isbn:2", true);
  ASSERT_TRUE(metrics.flush(*database).has_value());
  EXPECT_EQ(rows(), "book:isbn:1 2 1 120\nbook:isbn:2 0 1 -1\n");
  metrics.hit("book:isbn:2", 7);
  metrics.miss("book:isbn:1", true);
  ASSERT_TRUE(metrics.flush(*database).has_value());
  EXPECT_EQ(rows(), "book:isbn:1 2 2 120\nbook:isbn:2 1 1 7\n");
  EXPECT_EQ(
      number(*database, "SELECT min(abs(last_accessed - unixepoch()) < 60) FROM CacheMetrics"), 1);
}

// Plan defect R05: the plan wrote a row for each hit, and waited for it.
TEST_F(CacheMetricsTest, R05_CountingNeverTouchesTheDatabase) {
  NiceMock<MockDatabase> watched(*database);
  EXPECT_CALL(watched, batch).Times(0);
  EXPECT_CALL(watched, query).Times(1);
  for (int i = 0; i < 10'000; ++i) metrics.hit("book:isbn:1", 1);
  ASSERT_TRUE(metrics.flush(watched).has_value());
  ASSERT_TRUE(metrics.flush(watched).has_value()) << "nothing counted, nothing written";
  EXPECT_EQ(rows(), "book:isbn:1 10000 0 1\n");
}

// Plan defect W12: each random ISBN left a row for ever.
TEST_F(CacheMetricsTest, W12_AMillionIsbnsThatNobodyHasAreOneRow) {
  for (int i = 0; i < 1'000'000; ++i) metrics.miss("book:isbn:" + std::to_string(i), false);
  ASSERT_TRUE(metrics.flush(*database).has_value());
  EXPECT_EQ(rows(), "book:isbn:* 0 1000000 -1\n");
}

TEST_F(CacheMetricsTest, W12_WhatExceedsTheMemoryIsCountedTogether) {
  CacheMetrics small(runtime, {2, 100, Duration(1)});
  small.hit("a", 1);
  small.hit("b", 1);
  small.hit("c", 1);
  small.miss("d", true);
  small.hit(std::string(513, 'k'), 1);
  small.hit("a", 1);
  ASSERT_TRUE(small.flush(*database).has_value());
  EXPECT_EQ(rows(), "a 2 0 1\nb 1 0 1\nbook:isbn:* 2 1 -1\n");
}

TEST_F(CacheMetricsTest, W12_TheTableKeepsTheNewestRows) {
  CacheMetrics bounded(runtime, {1000, 3, Duration(1)});
  for (int i = 0; i < 5; ++i) bounded.hit("key-" + std::to_string(i), 1);
  ASSERT_TRUE(bounded.flush(*database).has_value());
  EXPECT_EQ(number(*database, "SELECT count(*) FROM CacheMetrics"), 5) << "not in this flush";
  ASSERT_TRUE(database
                  ->query({"UPDATE CacheMetrics SET last_accessed = 100 + "
                           "CAST(substr(cache_key, 5) AS INTEGER)",
                           {}})
                  .has_value());
  runtime.dice = 16;
  bounded.hit("key-0", 1);
  ASSERT_TRUE(bounded.flush(*database).has_value());
  EXPECT_EQ(rows(), "key-0 2 0 1\nkey-3 1 0 1\nkey-4 1 0 1\n");
}

TEST_F(CacheMetricsTest, WritesFiveHundredKeysACall) {
  for (int i = 0; i < 750; ++i) metrics.hit("key \"" + std::to_string(i) + "\"\\", 1);
  NiceMock<MockDatabase> watched(*database);
  EXPECT_CALL(watched, query).Times(2);
  ASSERT_TRUE(metrics.flush(watched).has_value());
  EXPECT_EQ(number(*database, "SELECT count(*) FROM CacheMetrics WHERE cache_key GLOB 'key \"*'"),
            750);
}

TEST_F(CacheMetricsTest, IsDueAfterAWhileAndOnlyWhenSomethingWasCounted) {
  runtime.time = std::chrono::seconds(20);
  EXPECT_FALSE(metrics.due());
  metrics.hit("a", 1);
  EXPECT_TRUE(metrics.due());
  ASSERT_TRUE(metrics.flush(*database).has_value());
  metrics.hit("a", 1);
  runtime.time += std::chrono::milliseconds(9'999);
  EXPECT_FALSE(metrics.due());
  runtime.time += std::chrono::milliseconds(1);
  EXPECT_TRUE(metrics.due());
}

TEST_F(CacheMetricsTest, CountsThatWereNotAppliedAreKept) {
  NiceMock<MockDatabase> flaky(*database);
  EXPECT_CALL(flaky, query).WillOnce(query_fails_with(overloaded()));
  metrics.hit("a", 5);
  EXPECT_EQ(metrics.flush(flaky).error(), overloaded());
  metrics.hit("a", 6);
  ASSERT_TRUE(metrics.flush(*database).has_value());
  EXPECT_EQ(rows(), "a 2 0 6\n");
}

TEST_F(CacheMetricsTest, CountsOfALostReplyAreNeverDoubled) {
  NiceMock<MockDatabase> flaky(*database);
  EXPECT_CALL(flaky, query).WillOnce([&](const Statement& statement) -> Outcome<ResultSet> {
    EXPECT_TRUE(database->query(statement).has_value());
    return lost_reply();
  });
  for (int i = 0; i < 600; ++i) metrics.hit("key-" + std::to_string(i), 1);
  EXPECT_EQ(metrics.flush(flaky).error(), lost_reply());
  ASSERT_TRUE(metrics.flush(*database).has_value());
  EXPECT_EQ(number(*database, "SELECT sum(hit_count) FROM CacheMetrics"), 600)
      << "500 were written by the call whose reply was lost, 100 by the next flush";
}

TEST_F(CacheMetricsTest, SaysWhenOldRowsCouldNotBeRemoved) {
  NiceMock<MockDatabase> flaky(*database);
  EXPECT_CALL(flaky, query)
      .WillOnce([&](const Statement& statement) { return database->query(statement); })
      .WillOnce(query_fails_with(overloaded()));
  runtime.dice = 0;
  metrics.hit("a", 1);
  EXPECT_EQ(metrics.flush(flaky).error(), overloaded());
  ASSERT_TRUE(metrics.flush(*database).has_value());
  EXPECT_EQ(rows(), "a 1 0 1\n");
}

}  // namespace
}  // namespace cutover::store
