// The Database port in virtual time: latency, the serial queue and its bounds, budgets.
#include <gmock/gmock.h>

#include "fakes/d1/statement_text.h"
#include "tests/fakes/d1/d1_world.h"

namespace cutover::fakes {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

const Statement one{"SELECT 1", {}};

TEST(D1Client, SpendsNetworkAndServiceTime) {
  D1World world;
  D1Client& d1 = world.client();
  world.run([&] {
    ASSERT_TRUE(d1.query({"CREATE TABLE t (a)", {}}));
    EXPECT_EQ(world.scheduler.now(), milliseconds(10 + 2 + 10));
    Duration before = world.scheduler.now();
    const auto read = d1.query(one);
    ASSERT_TRUE(read);
    EXPECT_EQ(world.scheduler.now() - before, std::chrono::microseconds(20'500));
    EXPECT_EQ(read->meta.duration, std::chrono::microseconds(500));
    before = world.scheduler.now();
    const std::vector<Statement> batch = {{"INSERT INTO t VALUES (?1)", {std::string(4096, 'x')}},
                                          {"SELECT count(*) FROM t", {}}};
    ASSERT_TRUE(d1.batch(batch));
    EXPECT_EQ(world.scheduler.now() - before, std::chrono::microseconds(20'000 + 2'040 + 500));
  });
  EXPECT_EQ(world.service.counts().queries, 2);
  EXPECT_EQ(world.service.counts().batches, 1);
  EXPECT_EQ(world.service.counts().statements, 4);
}

TEST(D1Client, CallsAreServedOneAtATime) {
  D1World world;
  int ended = 0;
  for (int i = 0; i < 10; ++i) {
    D1Client& d1 = world.client();
    world.task([&] {
      EXPECT_TRUE(d1.query(one));
      ++ended;
    });
  }
  world.run();
  EXPECT_EQ(ended, 10);
  EXPECT_EQ(world.scheduler.now(), milliseconds(20) + 10 * std::chrono::microseconds(500));
}

TEST(D1Client, AFullQueueRefusesTheNextCall) {
  D1Service::Options options;
  options.queue_depth_max = 3;
  D1World world(options);
  std::vector<Failure> failures;
  for (int i = 0; i < 6; ++i) {
    D1Client& d1 = world.client();
    world.task([&] {
      if (const auto result = d1.query(one); !result) failures.push_back(result.error());
    });
  }
  world.run();
  ASSERT_EQ(failures.size(), 2U) << "one is served and three wait";
  for (const Failure& failure : failures) {
    EXPECT_EQ(failure.kind, FailureKind::overloaded);
    EXPECT_EQ(failure.effect, Effect::not_applied);
    EXPECT_EQ(failure.message, "D1 DB is overloaded. Too many requests queued.");
  }
  EXPECT_EQ(world.service.counts().queries, 4) << "a refused call never reaches the database";
}

TEST(D1Client, M05_WaitingTooLongIsOverloadToo) {
  D1Service::Options options;
  options.read_time = seconds(11);
  D1World world(options);
  std::vector<std::string> failures;
  for (int i = 0; i < 4; ++i) {
    D1Client& d1 = world.client();
    world.task([&] {
      if (const auto result = d1.query(one); !result) failures.push_back(result.error().message);
    });
  }
  world.run();
  EXPECT_THAT(failures, testing::ElementsAre("D1 DB is overloaded. Requests queued for too long."));
}

TEST(D1Client, EachStatementOfABatchCountsAgainstTheBudget) {
  D1World world;
  sim::Process& process = world.scheduler.start_process("worker");
  D1Client d1(world.service, world.gate, process);
  Budget budget;
  budget.d1_queries = 2;
  world.run([&] {
    world.scheduler.begin_invocation(process, budget);
    EXPECT_FALSE(d1.batch(std::vector{one, one, one})) << "all or nothing";
    EXPECT_TRUE(d1.batch(std::vector{one, one}));
    EXPECT_FALSE(d1.query(one));
  });
}

TEST(D1Client, TheSameSeedGivesTheSameHistory) {
  const auto digest = [](std::uint64_t seed) {
    D1World world({}, seed);
    for (int i = 0; i < 4; ++i) {
      D1Client& d1 = world.client();
      world.task([&d1, i] {
        (void)d1.query({"CREATE TABLE IF NOT EXISTS t (a)", {}});
        (void)d1.query({"INSERT INTO t VALUES (?1)", {i}});
        (void)d1.query({"SELECT count(*), random() FROM t", {}});
      });
    }
    world.run();
    return world.scheduler.history().digest();
  };
  EXPECT_EQ(digest(1), digest(1));
  EXPECT_NE(digest(1), digest(2));
}

TEST(StatementText, TellsReadsFromWrites) {
  for (const std::string_view sql :
       {"SELECT 1", "  select 1", "-- note\nSELECT 1", "/* a */ VALUES (1)",
        "EXPLAIN DELETE FROM t", "PRAGMA table_list",
        "WITH a AS (SELECT 'INSERT') SELECT * FROM a"}) {
    EXPECT_TRUE(reads_only(sql)) << sql;
  }
  for (const std::string_view sql :
       {"INSERT INTO t VALUES (1)", "WITH a AS (SELECT 1) DELETE FROM t", "CREATE TABLE t (a)", "",
        "UPDATE t SET a = 1", "REPLACE INTO t VALUES (1)"}) {
    EXPECT_FALSE(reads_only(sql)) << sql;
  }
}

TEST(StatementText, NamesAStatementShortly) {
  EXPECT_EQ(short_name(insert_book), "INSERT Books");
  EXPECT_EQ(short_name("\ninsert or replace into\n  \"Books\" (isbn) VALUES (1)"), "INSERT Books");
  EXPECT_EQ(short_name("SELECT a, b FROM UserLibrary ul JOIN Books"), "SELECT UserLibrary");
  EXPECT_EQ(short_name("UPDATE Books SET title = 'FROM'"), "UPDATE Books");
  EXPECT_EQ(short_name("DELETE FROM Books"), "DELETE Books");
  EXPECT_EQ(short_name("CREATE UNIQUE INDEX IF NOT EXISTS i ON t(a)"), "CREATE i");
  EXPECT_EQ(short_name("SELECT 1"), "SELECT");
  EXPECT_EQ(short_name("-- only\n"), "");
}

}  // namespace
}  // namespace cutover::fakes
