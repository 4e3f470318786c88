// The migrator when services fail, data is poisonous and keys come and go.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "core/migrate/migrator.h"
#include "tests/core/migrate/platform.h"

namespace cutover::migrate {
namespace {

using testing::HasSubstr;

using MigratorFaults = Platform;

TEST_F(MigratorFaults, M20_APoisonRowIsFoundByHalvingAndTheOthersArrive) {
  put_books(50);
  const std::string poison = scenarios::isbn13_of(17);
  d1_hooks.before = [&](auto statements) -> std::optional<Failure> {
    for (const Statement& statement : statements) {
      if (statement.sql.find("INSERT INTO Books") == std::string_view::npos) continue;
      if (mentions(std::span(&statement, 1), poison)) return refused_data();
    }
    return std::nullopt;
  };
  const StepReport report = migrate();
  EXPECT_EQ(report.end, StepEnd::complete);
  EXPECT_EQ(report.run->totals[Fate::inserted], 49);
  EXPECT_EQ(report.run->totals[Fate::rejected], 1);
  EXPECT_EQ(text("SELECT key FROM MigrationErrors"), key_of(17));
  EXPECT_EQ(text("SELECT reason FROM MigrationErrors"), "refused_by_d1");
  EXPECT_THAT(text("SELECT detail FROM MigrationErrors"), HasSubstr("constraint"));
}

TEST_F(MigratorFaults, M20_APoisonRowAmongPendingKeysIsFoundToo) {
  put_books(8);
  const std::string poison = scenarios::isbn13_of(3);
  kv_hooks.get_many = [](auto) { return kv_failure(FailureKind::unauthorized, false); };
  EXPECT_EQ(step(Begin::fresh).end, StepEnd::waiting);
  kv_hooks.get_many = nullptr;
  world.wait(std::chrono::seconds(10));
  d1_hooks.before = [&](auto statements) -> std::optional<Failure> {
    for (const Statement& statement : statements) {
      if (statement.sql.find("INSERT INTO Books") == std::string_view::npos) continue;
      if (mentions(std::span(&statement, 1), poison)) return refused_data();
    }
    return std::nullopt;
  };
  const StepReport report = migrate(Begin::resume);
  EXPECT_EQ(report.end, StepEnd::complete);
  EXPECT_EQ(report.run->totals[Fate::inserted], 7);
  EXPECT_EQ(report.run->totals[Fate::rejected], 1);
  EXPECT_EQ(report.run->totals.listed, 8);
}

TEST_F(MigratorFaults, M20_PoisonRowsAreFoundWithinTheFreePlansBudgetToo) {
  put_books(60);
  const std::set<std::string> poison = {scenarios::isbn13_of(0), scenarios::isbn13_of(1),
                                        scenarios::isbn13_of(31), scenarios::isbn13_of(59)};
  d1_hooks.before = [&](auto statements) -> std::optional<Failure> {
    for (const Statement& statement : statements) {
      if (statement.sql.find("INSERT INTO Books") == std::string_view::npos) continue;
      for (const std::string& isbn : poison) {
        if (mentions(std::span(&statement, 1), isbn)) return refused_data();
      }
    }
    return std::nullopt;
  };
  for (std::int64_t queries = 30; queries <= 60; ++queries) {
    invocation = {50, 1000, queries, std::chrono::minutes(15)};
    const StepReport report = migrate();
    ASSERT_FALSE(HasFailure()) << queries << " queries";
    ASSERT_EQ(report.end, StepEnd::complete) << queries;
    EXPECT_EQ(report.run->totals[Fate::rejected], 4) << queries;
    EXPECT_EQ(report.run->totals.listed, 60) << queries;
    EXPECT_TRUE(report.run->totals.add_up()) << queries;
  }
  EXPECT_EQ(number("SELECT count(*) FROM Books"), 56);
}

TEST_F(MigratorFaults, WhenD1RefusesTheLedgersOwnStatementsTheStepFails) {
  put_books(4);
  d1_hooks.before = [](auto statements) -> std::optional<Failure> {
    if (!is_chunk(statements)) return std::nullopt;
    return refused_data();
  };
  const auto report = try_step(Begin::fresh);
  ASSERT_FALSE(report.has_value());
  EXPECT_EQ(report.error().kind, FailureKind::constraint);
  d1_hooks.before = nullptr;
  EXPECT_EQ(migrate(Begin::resume).run->totals[Fate::inserted], 4) << "nothing was lost";
}

TEST_F(MigratorFaults, AnUnavailableD1FailsTheStepAndTheNextGoesOn) {
  put_books(40);
  options.chunk_keys = 10;
  int chunks = 0;
  d1_hooks.before = [&](auto statements) -> std::optional<Failure> {
    if (!is_chunk(statements) || ++chunks <= 2) return std::nullopt;
    return d1_failure(FailureKind::unavailable, Effect::not_applied, true);
  };
  EXPECT_FALSE(try_step(Begin::fresh).has_value());
  EXPECT_EQ(number("SELECT count(*) FROM Books"), 20);
  d1_hooks.before = nullptr;
  const StepReport report = step(Begin::resume);
  EXPECT_EQ(report.end, StepEnd::complete);
  EXPECT_EQ(report.run->totals[Fate::inserted], 40);
}

TEST_F(MigratorFaults, EveryFailedCallOfD1EndsTheStepWithAFailureOrGoesOnAndNothingIsLost) {
  put_books(12);
  put(key_of(12), "null");
  options.chunk_keys = 5;
  for (const bool applied : {false, true}) {
    for (int at = 0; at < 12; ++at) {
      int calls = 0;
      const auto fail = [&](auto) -> std::optional<Failure> {
        // Not retryable, so that the step has to live with it.
        if (calls++ != at) return std::nullopt;
        return d1_failure(FailureKind::connection_lost,
                          applied ? Effect::unknown : Effect::not_applied, false);
      };
      d1_hooks.before = nullptr;
      d1_hooks.after = nullptr;
      (applied ? d1_hooks.after : d1_hooks.before) = fail;
      rows("DELETE FROM Books");
      rows("DELETE FROM MigrationLease");
      rows("DELETE FROM MigrationRuns");
      rows("DELETE FROM MigrationOutcomes");
      auto report = try_step(Begin::fresh);
      d1_hooks.before = nullptr;
      d1_hooks.after = nullptr;
      world.wait(std::chrono::seconds(61));  // a lease that was not given back runs out
      const bool begun = number("SELECT count(*) FROM MigrationRuns") > 0;
      const StepReport end = migrate(begun ? Begin::resume : Begin::fresh);
      ASSERT_EQ(end.end, StepEnd::complete) << at;
      ASSERT_EQ(end.run->totals.listed, 13) << at;
      ASSERT_EQ(end.run->totals[Fate::inserted], 12) << at;
      ASSERT_EQ(end.run->totals[Fate::empty], 1) << at;
      ASSERT_EQ(number("SELECT count(*) FROM MigrationRuns"), 1) << at;
    }
  }
}

TEST_F(MigratorFaults, M09_ALostReplyOfAnyChunkCountsNothingTwice) {
  put_books(25);
  options.chunk_keys = 5;
  std::set<std::int64_t> lost;
  d1_hooks.after = [&](auto statements) -> std::optional<Failure> {
    if (!is_chunk(statements)) return std::nullopt;
    const auto chunk = as_int(statements[1].params[1]);
    if (!lost.insert(chunk).second) return std::nullopt;
    return lost_reply();
  };
  const StepReport report = migrate();
  EXPECT_EQ(report.end, StepEnd::complete);
  EXPECT_EQ(lost.size(), 6U) << "five chunks of the first prefix, one of the second";
  EXPECT_EQ(report.run->totals.listed, 25);
  EXPECT_EQ(report.run->totals[Fate::inserted], 25);
}

TEST_F(MigratorFaults, R2_5_V06_ARowThatDoesNotReadBackFailsTheStep) {
  put_books(1);
  rows(
      "CREATE TRIGGER damage AFTER INSERT ON Books BEGIN "
      "UPDATE Books SET content_hash = 'damaged' WHERE isbn = new.isbn; END");
  const auto report = try_step(Begin::fresh);
  ASSERT_FALSE(report.has_value());
  EXPECT_THAT(report.error().message, HasSubstr("did not read back: " + key_of(0)));
}

TEST_F(MigratorFaults, M07_ATransientFailureLeavesKeysPendingAndTheyArriveLater) {
  put_books(10);
  int calls = 0;
  kv_hooks.get_many = [&](auto) -> std::optional<Failure> {
    if (++calls > 1) return std::nullopt;
    return kv_failure(FailureKind::unavailable, false);
  };
  StepReport report = step(Begin::fresh);
  EXPECT_EQ(report.end, StepEnd::waiting);
  EXPECT_EQ(report.run->totals[Fate::pending], 10);
  EXPECT_TRUE(report.run->totals.add_up());
  EXPECT_GT(report.wait, Duration{0});
  world.wait(report.wait);
  report = migrate(Begin::resume);
  EXPECT_EQ(report.end, StepEnd::complete);
  EXPECT_EQ(report.run->totals[Fate::inserted], 10);
  EXPECT_EQ(number("SELECT count(*) FROM MigrationErrors"), 0);
}

TEST_F(MigratorFaults, R2_6_AKeyThatIsNeverReadableFailsAndRetryFailedMovesIt) {
  put_books(5);
  const std::string bad = key_of(2);
  put(bad, "{\"title\":\"\xEF\xBF\xBD\"}");  // read alone, so that only it fails
  kv_hooks.get = [&](std::string_view) { return kv_failure(FailureKind::unavailable, false); };
  StepReport report = migrate();
  EXPECT_EQ(report.end, StepEnd::failed);
  EXPECT_EQ(report.run->totals[Fate::inserted], 4);
  EXPECT_EQ(report.run->totals[Fate::failed], 1);
  EXPECT_EQ(report.run->state, RunState::failed);
  EXPECT_EQ(text("SELECT key FROM MigrationErrors"), bad);
  EXPECT_EQ(number("SELECT attempts FROM MigrationErrors"), options.attempts_max);
  EXPECT_EQ(step(Begin::resume).end, StepEnd::failed) << "M19: it is not a success later either";

  kv_hooks.get = nullptr;
  invoke([](Services& services) {
    Ledger ledger(services.d1, services.isolate.runtime, services.isolate.telemetry, {});
    EXPECT_EQ(ledger.retry_failed("run-1").value(), 1);
  });
  report = migrate(Begin::resume);
  EXPECT_EQ(report.end, StepEnd::complete);
  EXPECT_EQ(report.run->totals[Fate::inserted], 5);
  EXPECT_EQ(report.run->totals[Fate::failed], 0);
  EXPECT_EQ(number("SELECT count(*) FROM MigrationErrors"), 0);
}

TEST_F(MigratorFaults, M14_AKeyRememberedAsAbsentIsPendingAndInsertedLater) {
  EXPECT_FALSE(world.kv().get(0, key_of(0)).value().has_value());  // the location remembers
  put_books(3);
  StepReport report = step(Begin::fresh);
  EXPECT_EQ(report.end, StepEnd::waiting);
  EXPECT_EQ(report.run->totals[Fate::pending], 1);
  EXPECT_EQ(report.run->totals[Fate::inserted], 2);
  EXPECT_GE(report.wait, std::chrono::seconds(59));
  EXPECT_EQ(text("SELECT reason FROM MigrationErrors"), "listed_but_absent");
  EXPECT_EQ(step(Begin::resume).end, StepEnd::waiting) << "not before the cache forgets";
  world.wait(report.wait);
  report = migrate(Begin::resume);
  EXPECT_EQ(report.end, StepEnd::complete);
  EXPECT_EQ(report.run->totals[Fate::inserted], 3);
}

TEST_F(MigratorFaults, M13_AKeyThatIsAbsentForGoodIsEmpty) {
  put_books(3);
  bool removed = false;
  kv_hooks.get_many = [&](auto) -> std::optional<Failure> {
    if (!removed) {
      EXPECT_TRUE(world.kv().remove(0, key_of(1)).has_value());
    }
    removed = true;
    return std::nullopt;
  };
  const StepReport report = migrate();
  EXPECT_EQ(report.end, StepEnd::complete);
  EXPECT_EQ(report.run->totals[Fate::empty], 1);
  EXPECT_EQ(report.run->totals[Fate::inserted], 2);
  EXPECT_EQ(text("SELECT reason FROM MigrationOutcomes WHERE outcome = 'empty'"),
            "listed_but_absent");
}

TEST_F(MigratorFaults, M13_AnEntryThatRunsOutWhileItIsPendingIsExpired) {
  put(key_of(0), book_value("Short-lived"), 1'764'000'030);
  kv_hooks.get_many = [](auto) { return kv_failure(FailureKind::unavailable, false); };
  EXPECT_EQ(step(Begin::fresh).end, StepEnd::waiting);
  kv_hooks.get_many = nullptr;
  world.wait(std::chrono::seconds(60));
  const StepReport report = migrate(Begin::resume);
  EXPECT_EQ(report.end, StepEnd::complete);
  EXPECT_EQ(report.run->totals[Fate::expired], 1);
  EXPECT_EQ(number("SELECT count(*) FROM MigrationErrors"), 0);
}

TEST_F(MigratorFaults, AnAbsentKeyThatRunsOutBeforeItsLastTryIsExpired) {
  EXPECT_FALSE(world.kv().get(0, key_of(0)).value().has_value());
  put(key_of(0), book_value("Short-lived"), 1'764'000'030);
  const StepReport report = migrate();
  EXPECT_EQ(report.end, StepEnd::complete);
  EXPECT_EQ(report.run->totals[Fate::expired], 1);
}

TEST_F(MigratorFaults, AListingThatKeepsFailingFailsTheStep) {
  put_books(3);
  kv_hooks.list = [](const auto&) { return kv_failure(FailureKind::unavailable, true); };
  const auto report = try_step(Begin::fresh);
  ASSERT_FALSE(report.has_value());
  EXPECT_EQ(report.error().service, Service::kv);
  kv_hooks.list = nullptr;
  EXPECT_EQ(step(Begin::resume).end, StepEnd::complete) << "the lease was given back";
}

// D1 is set back to how it stood after the first of three chunks, when the run is about to be
// finished or was just finished.
class SetBackAtTheEnd : public MigratorFaults {
 protected:
  SetBackAtTheEnd() {
    put_books(6);
    options.chunk_keys = 2;
    options.read.reads_in_flight = 1;
  }

  std::optional<Failure> set_back_at_finish(std::span<const Statement> statements) {
    const bool finishes = statements.back().sql.find("finished_at") != std::string_view::npos &&
                          !after_first_chunk_.empty();
    if (finishes && !std::exchange(set_back_, true)) {
      EXPECT_TRUE(world.d1().restore_to(after_first_chunk_).has_value());
    }
    return std::nullopt;
  }

  std::optional<Failure> note_first_chunk(std::span<const Statement> statements) {
    if (is_chunk(statements) && after_first_chunk_.empty()) {
      after_first_chunk_ = world.d1().bookmark();
    }
    return std::nullopt;
  }

  void expect_all_there(const StepReport& report) {
    EXPECT_TRUE(set_back_);
    EXPECT_EQ(report.end, StepEnd::complete);
    EXPECT_EQ(report.run->totals[Fate::inserted], 6);
    EXPECT_EQ(number("SELECT count(*) FROM Books"), 6);
  }

 private:
  std::string after_first_chunk_;
  bool set_back_ = false;
};

TEST_F(SetBackAtTheEnd, ARunIsNotCompleteWhereTheLedgerHasLessThanItsMigratorKnows) {
  d1_hooks.before = [this](auto statements) { return set_back_at_finish(statements); };
  d1_hooks.after = [this](auto statements) { return note_first_chunk(statements); };
  EXPECT_EQ(step(Begin::fresh).end, StepEnd::busy);
  expect_all_there(migrate(Begin::resume));
}

// Found by storms: the step went on with what it had read ahead, and the keys between were lost.
TEST_F(SetBackAtTheEnd, TheStepGoesOnFromWhereTheLedgerStands) {
  d1_hooks.after = [this](auto statements) {
    note_first_chunk(statements);
    return set_back_at_finish(statements);
  };
  expect_all_there(step(Begin::fresh));
}

}  // namespace
}  // namespace cutover::migrate
