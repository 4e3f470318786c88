#include "core/migrate/migrator.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scenarios/final_state.h"
#include "scenarios/kill_list.h"
#include "tests/core/migrate/platform.h"

namespace cutover::migrate {
namespace {

using testing::HasSubstr;

using MigratorTest = Platform;

TEST_F(MigratorTest, MovesEveryBookAndTheTotalsAddUp) {
  put_books(250);
  put(key_of(250), "null");
  put("book:isbn:BAD_DATA", book_value("Bad"));
  put("search:isbn:isbn=" + scenarios::isbn13_of(0), book_value("Alias"));
  put("other:key", "x");
  const StepReport report = migrate();
  EXPECT_EQ(report.end, StepEnd::complete);
  const Totals& totals = report.run->totals;
  EXPECT_EQ(totals.listed, 253);
  EXPECT_EQ(totals[Fate::inserted], 250);
  EXPECT_EQ(totals[Fate::empty], 1);
  EXPECT_EQ(totals[Fate::rejected], 1);
  EXPECT_EQ(totals[Fate::superseded], 1);
  EXPECT_TRUE(totals.add_up());
  EXPECT_EQ(number("SELECT count(*) FROM Books"), 250);
  EXPECT_EQ(number("SELECT count(*) FROM MigrationOutcomes"), 253);
}

TEST_F(MigratorTest, R2_4_ASecondRunChangesNothing) {
  put_books(30);
  migrate();
  const StepReport report = migrate();
  EXPECT_EQ(report.run->run_id, "run-2");
  EXPECT_EQ(report.run->totals[Fate::unchanged], 30);
  EXPECT_EQ(number("SELECT max(version) FROM Books"), 1);
}

TEST_F(MigratorTest, R2_15_ALiveRowIsSupersededAndStays) {
  put_books(2);
  rows("INSERT INTO Books (isbn, title, authors, canonical_metadata) VALUES ('" +
       scenarios::isbn13_of(0) + "', 'Live', '[]', '{}')");
  const StepReport report = migrate();
  EXPECT_EQ(report.run->totals[Fate::superseded], 1);
  EXPECT_EQ(text("SELECT title FROM Books WHERE origin = 'live'"), "Live");
  EXPECT_EQ(text("SELECT reason FROM MigrationOutcomes WHERE outcome = 'superseded'"),
            "newer_live_data");
}

TEST_F(MigratorTest, T11_AnAliasInTheSameChunkIsDecidedAsIfKeysCameOneByOne) {
  put("book:isbn:0439708184", book_value("Short"));
  put("book:isbn:9780439708180", book_value("Plain"));
  const StepReport report = migrate();
  EXPECT_EQ(report.run->totals[Fate::inserted], 1);
  EXPECT_EQ(report.run->totals[Fate::updated], 1);
  EXPECT_EQ(report.run->chunk, 3) << "one each, and the empty end of the second prefix";
  EXPECT_EQ(text("SELECT title FROM Books"), "Plain");
}

TEST_F(MigratorTest, M21_ChunksAreBoundedInBytes) {
  options.chunk_bytes_max = 5'000;
  for (std::uint64_t i = 0; i < 6; ++i) put(key_of(i), book_value(std::string(1'000, 'x')));
  const StepReport report = migrate();
  EXPECT_EQ(report.run->totals[Fate::inserted], 6);
  EXPECT_EQ(report.run->chunk, 4) << "two rows of 1,000 bytes each, and the empty end";
}

TEST_F(MigratorTest, AStepMovesNoMoreKeysThanItMay) {
  put_books(25);
  options.step_keys_max = 10;
  EXPECT_EQ(step(Begin::fresh).end, StepEnd::more);
  EXPECT_EQ(number("SELECT listed FROM MigrationRuns"), 10);
  EXPECT_EQ(step(Begin::resume).run->totals.listed, 20);
  EXPECT_EQ(migrate(Begin::resume).end, StepEnd::complete);
}

TEST_F(MigratorTest, TryingPendingKeysAgainIsBoundedPerStepToo) {
  put_books(25);
  kv_hooks.get_many = [](auto) { return kv_failure(FailureKind::unauthorized, false); };
  EXPECT_EQ(step(Begin::fresh).end, StepEnd::waiting);
  kv_hooks.get_many = nullptr;
  world.wait(std::chrono::seconds(10));
  options.step_keys_max = 10;
  const StepReport report = step(Begin::resume);
  EXPECT_EQ(report.end, StepEnd::more);
  EXPECT_EQ(report.run->totals[Fate::pending], 15);
}

TEST_F(MigratorTest, AnEmptySourceCompletesWithNothingListed) {
  const StepReport report = migrate();
  EXPECT_EQ(report.end, StepEnd::complete);
  EXPECT_EQ(report.run->totals.listed, 0);
}

TEST_F(MigratorTest, K05_ResumingACompleteRunSaysSoAndStartsNothing) {
  put_books(3);
  migrate();
  const StepReport report = step(Begin::resume);
  EXPECT_EQ(report.end, StepEnd::complete);
  EXPECT_EQ(report.run->run_id, "run-1");
  EXPECT_EQ(number("SELECT count(*) FROM MigrationRuns"), 1);
}

TEST_F(MigratorTest, ResumingWithoutARunSaysThereIsNothing) {
  const StepReport report = step(Begin::resume);
  EXPECT_EQ(report.end, StepEnd::nothing);
  EXPECT_FALSE(report.run.has_value());
  EXPECT_EQ(step(Begin::fresh).end, StepEnd::complete) << "the lease was given back";
}

TEST_F(MigratorTest, K07_ARunIsNotResumedOnAnotherSource) {
  put_books(30);
  options.source = "staging";
  options.step_keys_max = 10;
  step(Begin::fresh);
  options.source = "production";
  EXPECT_EQ(step(Begin::resume).end, StepEnd::nothing);
  EXPECT_EQ(number("SELECT listed FROM MigrationRuns"), 10);
}

TEST_F(MigratorTest, K01_AFreshRunGivesUpTheUnfinishedOneAndStartsAtTheBeginning) {
  put_books(30);
  options.step_keys_max = 10;
  step(Begin::fresh);
  const StepReport report = step(Begin::fresh);
  EXPECT_EQ(report.run->run_id, "run-2");
  EXPECT_EQ(report.run->totals[Fate::unchanged], 10);
  EXPECT_EQ(text("SELECT state FROM MigrationRuns WHERE run_id = 'run-1'"), "failed");
}

TEST_F(MigratorTest, K11_APauseStopsTheNextChunkAndResumeGoesOn) {
  put_books(30);
  options.chunk_keys = 10;
  int chunks = 0;
  d1_hooks.after = [&](auto statements) -> std::optional<Failure> {
    if (is_chunk(statements) && ++chunks == 1) {
      rows("UPDATE MigrationRuns SET pause_requested = 1");
    }
    return std::nullopt;
  };
  StepReport report = step(Begin::fresh);
  EXPECT_EQ(report.end, StepEnd::paused);
  EXPECT_EQ(report.run->totals.listed, 20);
  report = step(Begin::resume);
  EXPECT_EQ(report.end, StepEnd::complete);
  EXPECT_EQ(report.run->totals[Fate::inserted], 30);
}

TEST_F(MigratorTest, K11_APauseAskedForBetweenStepsMovesNoFurtherKey) {
  put_books(30);
  options.step_keys_max = 10;
  step(Begin::fresh);
  rows("UPDATE MigrationRuns SET pause_requested = 1");
  const StepReport report = step(Begin::resume);
  EXPECT_EQ(report.end, StepEnd::paused);
  EXPECT_EQ(report.run->totals.listed, 10);
  EXPECT_EQ(step(Begin::resume).run->totals.listed, 20);
}

TEST_F(MigratorTest, K11_APauseIsHeardWhileAllPendingKeysMustWait) {
  put_books(1);
  kv_hooks.get_many = [](auto) { return kv_failure(FailureKind::unauthorized, false); };
  EXPECT_EQ(step(Begin::fresh).end, StepEnd::waiting);
  rows("UPDATE MigrationRuns SET pause_requested = 1");
  EXPECT_EQ(step(Begin::resume).end, StepEnd::paused);
}

TEST_F(MigratorTest, M17_OfTwoMigratorsOneIsBusy) {
  put_books(5);
  invoke([](Services& services) {
    Ledger ledger(services.d1, services.isolate.runtime, services.isolate.telemetry, {});
    EXPECT_TRUE(ledger.acquire_lease("another", 60)->has_value());
  });
  const StepReport report = step(Begin::fresh);
  EXPECT_EQ(report.end, StepEnd::busy);
  EXPECT_GT(report.wait, Duration{0});
  EXPECT_EQ(number("SELECT count(*) FROM MigrationRuns"), 0);
}

TEST_F(MigratorTest, M17_AMigratorThatIsOvertakenStopsWithoutWriting) {
  put_books(30);
  options.chunk_keys = 10;
  int chunks = 0;
  d1_hooks.before = [&](auto statements) -> std::optional<Failure> {
    if (is_chunk(statements) && ++chunks == 2) {
      rows("UPDATE MigrationLease SET token = token + 1, owner = 'another'");
    }
    return std::nullopt;
  };
  EXPECT_EQ(step(Begin::fresh).end, StepEnd::busy);
  EXPECT_EQ(number("SELECT count(*) FROM Books"), 10);
}

TEST_F(MigratorTest, OvertakenAtTheFinishItIsBusyToo) {
  put_books(3);
  d1_hooks.before = [&](auto statements) -> std::optional<Failure> {
    if (statements.size() == 2 && mentions(statements, "complete")) {
      rows("UPDATE MigrationLease SET token = token + 1, owner = 'another'");
    }
    return std::nullopt;
  };
  EXPECT_EQ(step(Begin::fresh).end, StepEnd::busy);
  EXPECT_EQ(text("SELECT state FROM MigrationRuns"), "running");
}

// K02: KV takes one write a second for a key; K03: nothing is decided by the copy.
TEST_F(MigratorTest, K02_TheMirrorIsWrittenAtMostOnceASecond) {
  put_books(400);
  options.chunk_keys = 5;
  std::vector<std::int64_t> times;
  kv_hooks.put = [&](std::string_view key) -> std::optional<Failure> {
    EXPECT_EQ(key, checkpoint_key);
    times.push_back(world.scheduler().now().count());
    return std::nullopt;
  };
  const StepReport report = migrate();
  EXPECT_EQ(report.end, StepEnd::complete);
  ASSERT_GE(times.size(), 3U);
  for (std::size_t i = 1; i + 2 < times.size(); ++i) {
    EXPECT_GE(times[i] - times[i - 1], 1'000'000) << i;
  }
  const std::string mirrored = world.kv().get(9, checkpoint_key).value()->bytes;
  EXPECT_THAT(mirrored, HasSubstr(R"("runId":"run-1","state":"complete")"));
  EXPECT_THAT(mirrored, HasSubstr(R"("listed":400,"inserted":400)"));
}

TEST_F(MigratorTest, K02_AMirrorThatCannotBeWrittenFailsNothing) {
  put_books(3);
  kv_hooks.put = [](auto) { return kv_failure(FailureKind::unavailable, true); };
  EXPECT_EQ(migrate().end, StepEnd::complete);
}

TEST_F(MigratorTest, TheMirrorCanBeSwitchedOff) {
  put_books(3);
  options.mirror_checkpoint = false;
  EXPECT_EQ(migrate().end, StepEnd::complete);
  EXPECT_FALSE(world.kv().get(9, checkpoint_key).value().has_value());
}

TEST_F(MigratorTest, M02_M03_FitsEveryBudgetOfD1Queries) {
  put_books(90);
  put("book:isbn:BAD_DATA", book_value("Bad"));
  put("book:isbn:BAD_DATA2", book_value("Bad"));
  for (std::int64_t queries = 30; queries <= 150; queries += 1) {
    invocation.d1_queries = queries;
    const StepReport report = migrate();
    ASSERT_FALSE(HasFailure()) << queries << " queries";
    ASSERT_EQ(report.end, StepEnd::complete) << queries;
    ASSERT_EQ(report.run->totals.listed, 92) << queries;
  }
}

TEST_F(MigratorTest, M02_TheFreePlanMovesAllInSmallSteps) {
  put_books(200);
  invocation = {50, 1000, 50, std::chrono::minutes(15)};
  const StepReport report = migrate();
  EXPECT_EQ(report.end, StepEnd::complete);
  EXPECT_EQ(report.run->totals[Fate::inserted], 200);
  EXPECT_GT(steps, 200 / 50);
}

TEST_F(MigratorTest, R2_13_StopsBeforeItsTimeIsOver) {
  put_books(100);
  options.chunk_keys = 5;
  invocation.wall = std::chrono::seconds(6);
  const StepReport report = migrate();
  EXPECT_EQ(report.end, StepEnd::complete);
  EXPECT_GT(steps, 1);
  EXPECT_EQ(report.run->totals[Fate::inserted], 100);
}

TEST_F(MigratorTest, R2_13_ASpentKvBudgetLeavesKeysForTheNextInvocation) {
  for (std::uint64_t i = 0; i < 40; ++i) {
    put(key_of(i), "{\"title\":\"\xEF\xBF\xBD\"}");  // each is read again alone
  }
  invocation.kv_operations = 20;
  const StepReport report = migrate();
  EXPECT_EQ(report.end, StepEnd::complete);
  EXPECT_EQ(report.run->totals[Fate::inserted], 40);
  EXPECT_EQ(number("SELECT count(*) FROM MigrationErrors"), 0);
}

TEST(StepEnds, HaveNames) {
  EXPECT_EQ(name_of(StepEnd::more), "more");
  EXPECT_EQ(name_of(StepEnd::waiting), "waiting");
  EXPECT_EQ(name_of(StepEnd::busy), "busy");
  EXPECT_EQ(name_of(StepEnd::paused), "paused");
  EXPECT_EQ(name_of(StepEnd::complete), "complete");
  EXPECT_EQ(name_of(StepEnd::failed), "failed");
  EXPECT_EQ(name_of(StepEnd::nothing), "nothing to resume");
}

// The driver: a kill before the second run began must not pass the first run's success off as it.
TEST(MigrateAll, ARunKilledBeforeItBeganIsStartedAgain) {
  scenarios::KillList kills("second", {{0, sim::Ending::killed_before}});
  scenarios::World world({}, kills);
  scenarios::apply_schema(world);
  world.kv().load({key_of(0), book_value("Book"), std::nullopt, ""});
  scenarios::MigrationPlan plan;
  EXPECT_TRUE(scenarios::migrate_all(world, plan, Begin::fresh).complete());
  plan.role = "second";
  const auto result = scenarios::migrate_all(world, plan, Begin::fresh);
  EXPECT_TRUE(result.complete());
  EXPECT_EQ(result.kills, 1);
  EXPECT_EQ(result.run.run_id, "run-2");
}

}  // namespace
}  // namespace cutover::migrate
