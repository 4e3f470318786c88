// Limits of cloudflare-facts B2 that d1_texts_test does not reach: programs, triggers, joins, GLOB,
// the schema table, and a statement inside a batch.
#include <gmock/gmock.h>

#include <functional>
#include <string>
#include <vector>

#include "tests/fakes/d1/d1_world.h"

namespace cutover::fakes {
namespace {

constexpr FailureKind limit = FailureKind::limit_exceeded;

std::string joined(int times, const std::function<std::string(int)>& item) {
  std::string all;
  for (int i = 0; i < times; ++i) all.append(i == 0 ? "" : ",").append(item(i));
  return all;
}

TEST(D1Limits, AnEndlessQueryEndsAndLeavesNothing) {
  constexpr const char* endless =
      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) ";
  D1Service::Options options;
  options.steps_max = 20'000'000;
  D1World world(options);
  ASSERT_TRUE(world.query("CREATE TABLE t (i)"));
  const auto counted = world.query(std::string(endless) + "SELECT max(i) FROM n");
  ASSERT_FALSE(counted);
  EXPECT_EQ(counted.error().kind, limit);
  EXPECT_EQ(counted.error().message, "D1_ERROR: D1 DB exceeded its CPU time limit and was reset.");
  EXPECT_FALSE(world.query(std::string(endless) + "SELECT i, zeroblob(100000) FROM n"));
  EXPECT_FALSE(world.query("INSERT INTO t " + std::string(endless) + "SELECT i FROM n"));
  const auto left = world.query("SELECT count(*) FROM t");
  ASSERT_TRUE(left);
  EXPECT_EQ(left->rows[0][0], SqlValue(std::int64_t{0}));
}

// A rehearsal of 60,000 books ended here: its checks read the whole database.
TEST(D1Limits, AChecksLookFromOutsideIsNotBounded) {
  constexpr const char* many =
      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 700) "
      "SELECT zeroblob(100000) FROM n";
  D1World world;
  EXPECT_FALSE(world.query(many)) << "70 MB are more than one answer holds";
  const auto look = world.service.connection().run({many, {}});
  ASSERT_TRUE(look);
  EXPECT_EQ(look->rows.size(), 700);
  EXPECT_FALSE(world.query(many)) << "a look changes nothing for the service's callers";
}

TEST(D1Limits, AStatementCompilesToAtMost25000Operations) {
  D1World world;
  ASSERT_TRUE(world.query("CREATE TABLE t (a)"));
  const auto insert = [&](int rows) {
    return world.query("INSERT INTO t VALUES " + joined(rows, [](int) { return "(1)"; }));
  };
  EXPECT_TRUE(insert(8'000));
  EXPECT_TRUE(refused(insert(13'000), limit, "D1_ERROR: out of memory: SQLITE_NOMEM"));
  EXPECT_EQ(value_of(world.query("SELECT count(*) FROM t")), SqlValue(8'000));
  EXPECT_TRUE(insert(1)) << "the connection is as good as before";
}

TEST(D1Limits, TriggersNestTenDeepAndNoDeeper) {
  D1World world;
  ASSERT_TRUE(world.query("CREATE TABLE t (n)"));
  ASSERT_TRUE(world.query("PRAGMA recursive_triggers=ON"));
  ASSERT_TRUE(
      world.query("CREATE TRIGGER down AFTER INSERT ON t WHEN new.n > 0 BEGIN "
                  "INSERT INTO t VALUES (new.n - 1); END"));
  EXPECT_TRUE(world.query("INSERT INTO t VALUES (9)"));
  EXPECT_EQ(value_of(world.query("SELECT count(*) FROM t")), SqlValue(10));
  const auto deeper = world.query("INSERT INTO t VALUES (10)");
  ASSERT_FALSE(deeper);
  EXPECT_EQ(deeper.error().message, "D1_ERROR: too many levels of trigger recursion: SQLITE_ERROR");
  EXPECT_EQ(value_of(world.query("SELECT count(*) FROM t")), SqlValue(10));
}

TEST(D1Limits, SixtyFourTablesCanBeJoined) {
  D1World world;
  ASSERT_TRUE(world.query("CREATE TABLE t (a)"));
  const auto join = [&](int tables) {
    return world.query("SELECT 1 FROM " +
                       joined(tables, [](int i) { return "t AS t" + std::to_string(i); }));
  };
  EXPECT_TRUE(join(64));
  EXPECT_TRUE(refused(join(65), limit, "D1_ERROR: at most 64 tables in a join: SQLITE_ERROR"));
}

TEST(D1Limits, AGlobPatternHasFiftyBytesAtMost) {
  D1World world;
  EXPECT_TRUE(world.query("SELECT 'a' GLOB '" + std::string(50, 'x') + "'"));
  EXPECT_TRUE(refused(world.query("SELECT 'a' GLOB '" + std::string(51, 'x') + "'"), limit,
                      "D1_ERROR: LIKE or GLOB pattern too complex: SQLITE_ERROR"));
}

TEST(D1Limits, TheLengthOfAStatementCountsInABatchTooAndUndoesItAll) {
  D1World world;
  ASSERT_TRUE(world.query("CREATE TABLE t (a)"));
  const std::string longest = "SELECT '" + std::string(100'000 - 9, 'x') + "'";
  const std::vector<Statement> batch = {{"INSERT INTO t VALUES (1)", {}}, {longest, {}}};
  EXPECT_TRUE(
      refused(world.service.batch(batch), limit, "D1_ERROR: statement too long: SQLITE_TOOBIG"));
  EXPECT_EQ(value_of(world.query("SELECT count(*) FROM t")), SqlValue(0));
}

TEST(D1Limits, TheSchemaTableCannotBeWritten) {
  D1World world;
  ASSERT_TRUE(world.query("CREATE TABLE t (a)"));
  for (const std::string_view sql :
       {"UPDATE sqlite_schema SET sql = ''", "DELETE FROM sqlite_master",
        "INSERT INTO sqlite_schema VALUES ('table', 'x', 'x', 0, 'CREATE TABLE x (a)')"}) {
    EXPECT_FALSE(world.query(sql)) << sql;
  }
  EXPECT_TRUE(world.query("SELECT * FROM t"));
}

TEST(D1Limits, ThePlansThirteenColumnsFitSevenTimesIntoOneInsert) {
  D1World world;
  ASSERT_TRUE(world.query("CREATE TABLE t (" +
                          joined(13, [](int i) { return "c" + std::to_string(i); }) + ")"));
  const auto insert = [&](int rows) {
    const std::string row = "(" + joined(13, [](int) { return "?"; }) + ")";
    return world.query("INSERT INTO t VALUES " + joined(rows, [&](int) { return row; }),
                       std::vector<SqlValue>(static_cast<std::size_t>(rows) * 13, 1.0));
  };
  EXPECT_TRUE(insert(7));
  EXPECT_FALSE(insert(8));
}

}  // namespace
}  // namespace cutover::fakes
