#include "core/migrate/ledger.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/core/migrate/platform.h"

namespace cutover::migrate {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using Written = Ledger::Written;

class LedgerTest : public Platform {
 protected:
  // As one process with a ledger of its own.
  void with_ledger(const std::function<void(Ledger&)>& body) {
    invoke([&](Services& services) {
      Ledger ledger(services.d1, services.isolate.runtime, services.isolate.telemetry,
                    options.retry);
      body(ledger);
    });
  }

  static Lease lease_of(Ledger& ledger, std::string_view owner = "a") {
    auto lease = ledger.acquire_lease(owner, 60);
    if (!lease || !*lease) {
      ADD_FAILURE() << "no lease for " << owner;
      return {};
    }
    return **lease;
  }

  static Run started(Ledger& ledger, const Lease& lease) {
    auto run = ledger.start_run(lease, "source");
    if (!run) {
      ADD_FAILURE() << describe(run.error());
      return {};
    }
    return *run;
  }

  static Item rejected(const std::string& key) {
    return {{key, std::nullopt, ""}, Decided{Fate::rejected, "why", "where"}};
  }
  static Item unreadable(const std::string& key, bool missing) {
    return {{key, std::nullopt, ""}, TryAgain{"absent", "", missing, true}};
  }
  static Place at(const std::string& key) { return {0, "", key, false}; }

  Written write(Ledger& ledger, const Lease& lease, Run& run, std::vector<Item> items,
                bool drained = false) {
    auto result = ledger.write_chunk(lease, 60, run, at(items.back().listed.name), items, drained);
    if (!result) {
      ADD_FAILURE() << describe(result.error());
      return Written::refused;
    }
    pause_requested = result->pause_requested;
    return result->written;
  }

  bool pause_requested = false;
};

TEST_F(LedgerTest, M17_AnotherOwnerMustWaitUntilTheLeaseRunsOut) {
  with_ledger([](Ledger& ledger) {
    EXPECT_EQ(lease_of(ledger, "a").token, 1);
    const auto busy = ledger.acquire_lease("b", 60);
    ASSERT_TRUE(busy.has_value());
    EXPECT_FALSE(busy->has_value());
  });
  world.wait(std::chrono::seconds(61));
  with_ledger([](Ledger& ledger) { EXPECT_EQ(lease_of(ledger, "b").token, 2); });
}

TEST_F(LedgerTest, TheOwnerRenewsItsLeaseWithANewToken) {
  with_ledger([](Ledger& ledger) {
    EXPECT_EQ(lease_of(ledger, "a").token, 1);
    EXPECT_EQ(lease_of(ledger, "a").token, 2);
  });
}

TEST_F(LedgerTest, AReleasedLeaseIsFreeForTheNext) {
  with_ledger([](Ledger& ledger) {
    ledger.release_lease(lease_of(ledger, "a"));
    EXPECT_EQ(lease_of(ledger, "b").token, 2);
  });
}

TEST_F(LedgerTest, ReleasingAnOldLeaseDoesNotFreeTheNewOne) {
  with_ledger([](Ledger& ledger) {
    const Lease old = lease_of(ledger, "a");
    lease_of(ledger, "a");
    ledger.release_lease(old);
    EXPECT_FALSE(ledger.acquire_lease("b", 60)->has_value());
  });
}

TEST_F(LedgerTest, AReleaseThatFailsIsLeftToTheClock) {
  with_ledger([this](Ledger& ledger) {
    const Lease lease = lease_of(ledger);
    d1_hooks.before = [](auto) { return refused_data(); };
    ledger.release_lease(lease);
    d1_hooks.before = nullptr;
    EXPECT_FALSE(ledger.acquire_lease("b", 60)->has_value());
  });
}

TEST_F(LedgerTest, RunsAreNumberedAndAnUnfinishedOneIsGivenUp) {
  with_ledger([](Ledger& ledger) {
    EXPECT_FALSE(ledger.newest_run()->has_value());
    const Lease lease = lease_of(ledger);
    EXPECT_EQ(started(ledger, lease).run_id, "run-1");
    const Run second = started(ledger, lease);
    EXPECT_EQ(second.run_id, "run-2");
    EXPECT_EQ(second.state, RunState::running);
    EXPECT_EQ(second.place, Place{});
    EXPECT_GT(second.started_at, 0);
    EXPECT_EQ((*ledger.find_run("run-1"))->state, RunState::failed);
    EXPECT_TRUE((*ledger.find_run("run-1"))->finished_at.has_value());
    EXPECT_EQ((*ledger.newest_run())->run_id, "run-2");
    EXPECT_FALSE(ledger.find_run("run-9")->has_value());
  });
}

TEST_F(LedgerTest, M09_ARunWhoseStartLostItsReplyIsFoundInTheLedger) {
  with_ledger([this](Ledger& ledger) {
    const Lease lease = lease_of(ledger);
    int lost = 0;
    d1_hooks.after = [&](auto statements) -> std::optional<Failure> {
      if (statements.size() < 2 || lost++ > 0) return std::nullopt;
      return lost_reply();
    };
    EXPECT_EQ(started(ledger, lease).run_id, "run-1");
    EXPECT_EQ(lost, 1) << "starting is not repeated";
  });
  EXPECT_EQ(number("SELECT count(*) FROM MigrationRuns"), 1);
}

TEST_F(LedgerTest, ARunThatWasNotStartedIsAFailure) {
  with_ledger([this](Ledger& ledger) {
    const Lease lease = lease_of(ledger);
    d1_hooks.before = [](auto statements) -> std::optional<Failure> {
      if (statements.size() < 2) return std::nullopt;
      return lost_reply();
    };
    const auto run = ledger.start_run(lease, "source");
    ASSERT_FALSE(run.has_value());
    EXPECT_EQ(run.error(), lost_reply());
  });
}

TEST_F(LedgerTest, AnOvertakenHolderCannotStartARun) {
  with_ledger([](Ledger& ledger) {
    const Lease old = lease_of(ledger, "a");
    lease_of(ledger, "a");
    const auto run = ledger.start_run(old, "source");
    ASSERT_FALSE(run.has_value());
    EXPECT_EQ(run.error().kind, FailureKind::constraint);
  });
  EXPECT_EQ(number("SELECT count(*) FROM MigrationRuns"), 0);
}

TEST_F(LedgerTest, AChunkRecordsOutcomesErrorsTotalsAndPlaceTogether) {
  with_ledger([this](Ledger& ledger) {
    const Lease lease = lease_of(ledger);
    Run run = started(ledger, lease);
    EXPECT_EQ(write(ledger, lease, run, {rejected("k1"), unreadable("k2", true)}),
              Written::applied);
    EXPECT_EQ(run.chunk, 1);
    EXPECT_EQ(run.place, at("k2"));
    EXPECT_EQ(run.totals.listed, 2);
    EXPECT_EQ(run.totals[Fate::rejected], 1);
    EXPECT_EQ(run.totals[Fate::pending], 1);
    EXPECT_TRUE(run.totals.add_up());
    const Run stored = **ledger.find_run(run.run_id);
    EXPECT_EQ(stored.totals, run.totals);
    EXPECT_EQ(stored.place, run.place);
    const auto errors = ledger.errors(run.run_id, "", 10);
    ASSERT_TRUE(errors.has_value());
    ASSERT_EQ(errors->size(), 2U);
    EXPECT_EQ((*errors)[0].key, "k1");
    EXPECT_EQ((*errors)[0].reason, "why");
    EXPECT_EQ((*errors)[0].detail, "where");
    EXPECT_EQ((*errors)[1].attempts, 1);
    EXPECT_EQ(ledger.errors(run.run_id, "k1", 10)->size(), 1U);
  });
}

// K04, R2.16: progress and data are one transaction, and its guards undo it.
TEST_F(LedgerTest, R2_16_AnOvertakenHolderWritesNothingAndIsTold) {
  with_ledger([this](Ledger& ledger) {
    const Lease old = lease_of(ledger, "a");
    Run run = started(ledger, old);
    Run stale = run;
    const Lease current = lease_of(ledger, "a");
    EXPECT_EQ(write(ledger, old, stale, {rejected("old")}), Written::overtaken);
    EXPECT_EQ(write(ledger, current, run, {rejected("new")}), Written::applied);
    EXPECT_EQ(ledger.finish(old, stale, RunState::complete).value(), Written::overtaken);
    EXPECT_EQ(stale.state, RunState::running);
  });
  EXPECT_EQ(text("SELECT group_concat(key) FROM MigrationOutcomes"), "new");
}

TEST_F(LedgerTest, TheSecondGuardRefusesAChunkThatDoesNotFollowTheLastOne) {
  with_ledger([this](Ledger& ledger) {
    const Lease lease = lease_of(ledger);
    Run run = started(ledger, lease);
    Run stale = run;
    EXPECT_EQ(write(ledger, lease, run, {rejected("k1")}), Written::applied);
    EXPECT_EQ(write(ledger, lease, run, {rejected("k2")}), Written::applied);
    EXPECT_EQ(write(ledger, lease, stale, {rejected("k1")}), Written::overtaken);
  });
  EXPECT_EQ(number("SELECT listed FROM MigrationRuns"), 2);
}

TEST_F(LedgerTest, M09_ALostReplyAfterTheCommitIsResolvedAsApplied) {
  with_ledger([this](Ledger& ledger) {
    const Lease lease = lease_of(ledger);
    Run run = started(ledger, lease);
    ASSERT_TRUE(*ledger.request_pause());
    d1_hooks.after = [](auto statements) -> std::optional<Failure> {
      if (!is_chunk(statements)) return std::nullopt;
      return lost_reply();
    };
    EXPECT_EQ(write(ledger, lease, run, {rejected("k1")}), Written::applied);
    EXPECT_EQ(run.chunk, 1);
    EXPECT_EQ(run.totals[Fate::rejected], 1);
    EXPECT_EQ(run.place.last_key, "k1");
    EXPECT_TRUE(pause_requested) << "what the lost answer said is read again";
  });
  EXPECT_EQ(number("SELECT listed FROM MigrationRuns"), 1) << "it was counted once";
}

TEST_F(LedgerTest, AChunkThatNeverArrivedIsRefusedWithItsReason) {
  with_ledger([this](Ledger& ledger) {
    const Lease lease = lease_of(ledger);
    Run run = started(ledger, lease);
    d1_hooks.before = [](auto statements) -> std::optional<Failure> {
      if (!is_chunk(statements)) return std::nullopt;
      return lost_reply();
    };
    const std::vector<Item> items = {rejected("k1")};
    const auto result = ledger.write_chunk(lease, 60, run, at("k1"), items, false);
    ASSERT_TRUE(result.has_value());
    EXPECT_EQ(result->written, Written::refused);
    EXPECT_EQ(result->failure, lost_reply());
    EXPECT_EQ(run.chunk, 0);
  });
}

TEST_F(LedgerTest, WhenEvenTheStandingCannotBeReadTheFailureIsHandedOn) {
  with_ledger([this](Ledger& ledger) {
    const Lease lease = lease_of(ledger);
    Run run = started(ledger, lease);
    d1_hooks.before = [](auto) { return lost_reply(); };
    const std::vector<Item> items = {rejected("k1")};
    EXPECT_FALSE(ledger.write_chunk(lease, 60, run, at("k1"), items, false).has_value());
    EXPECT_FALSE(ledger.acquire_lease("a", 60).has_value());
    EXPECT_FALSE(ledger.newest_run().has_value());
    EXPECT_FALSE(ledger.find_run("run-1").has_value());
    EXPECT_FALSE(ledger.pending("run-1", "", 10).has_value());
    EXPECT_FALSE(ledger.errors("run-1", "", 10).has_value());
    EXPECT_FALSE(ledger.request_pause().has_value());
    EXPECT_FALSE(ledger.retry_failed("run-1").has_value());
    EXPECT_FALSE(ledger.finish(lease, run, RunState::complete).has_value());
    EXPECT_FALSE(ledger.start_run(lease, "source").has_value());
  });
}

TEST_F(LedgerTest, PendingKeysSayHowOftenTheyWereTriedAndHowLongToWait) {
  with_ledger([this](Ledger& ledger) {
    const Lease lease = lease_of(ledger);
    Run run = started(ledger, lease);
    Item expiring = unreadable("k1", true);
    expiring.listed.expiration = 1'900'000'000;
    write(ledger, lease, run, {expiring, unreadable("k2", false), rejected("k3")});
    const auto pending = ledger.pending(run.run_id, "", 10);
    ASSERT_TRUE(pending.has_value());
    ASSERT_EQ(pending->size(), 2U);
    EXPECT_EQ((*pending)[0].listed, expiring.listed);
    EXPECT_EQ((*pending)[0].attempts, 1);
    EXPECT_NEAR(static_cast<double>((*pending)[0].wait_seconds), 61, 1) << "M14";
    EXPECT_NEAR(static_cast<double>((*pending)[1].wait_seconds), 5, 1);
    EXPECT_EQ(ledger.pending(run.run_id, "k1", 10)->at(0).listed.name, "k2");
    EXPECT_EQ(ledger.pending(run.run_id, "", 1)->size(), 1U);
  });
}

TEST_F(LedgerTest, ADrainedKeyLosesItsErrorAndIsNotListedTwice) {
  with_ledger([this](Ledger& ledger) {
    const Lease lease = lease_of(ledger);
    Run run = started(ledger, lease);
    write(ledger, lease, run, {unreadable("k1", true)});
    const Item empty{{"k1", std::nullopt, ""}, Decided{Fate::empty, "json_null", ""}};
    EXPECT_EQ(write(ledger, lease, run, {empty}, true), Written::applied);
    EXPECT_EQ(run.totals.listed, 1);
    EXPECT_EQ(run.totals[Fate::empty], 1);
    EXPECT_EQ(run.totals[Fate::pending], 0);
    EXPECT_TRUE(ledger.errors(run.run_id, "", 10)->empty());
  });
}

TEST_F(LedgerTest, K11_APauseIsAskedForOnceAndSeenWithTheNextChunk) {
  with_ledger([this](Ledger& ledger) {
    EXPECT_FALSE(*ledger.request_pause()) << "there is no run to pause";
    const Lease lease = lease_of(ledger);
    Run run = started(ledger, lease);
    EXPECT_TRUE(*ledger.request_pause());
    write(ledger, lease, run, {rejected("k1")});
    EXPECT_TRUE(pause_requested);
    EXPECT_EQ(ledger.finish(lease, run, RunState::paused).value(), Written::applied);
    EXPECT_EQ(run.state, RunState::paused);
    EXPECT_FALSE(run.finished_at.has_value());
    EXPECT_FALSE(*ledger.request_pause());
    EXPECT_EQ(ledger.reopen(lease, run).value(), Written::applied);
    EXPECT_EQ(run.state, RunState::running);
    EXPECT_FALSE(run.pause_requested);
  });
}

TEST_F(LedgerTest, K05_AFinishedRunIsMarkedAndTakesNoMoreChunks) {
  with_ledger([this](Ledger& ledger) {
    const Lease lease = lease_of(ledger);
    Run run = started(ledger, lease);
    Run stale = run;
    EXPECT_EQ(ledger.finish(lease, run, RunState::complete).value(), Written::applied);
    EXPECT_EQ(run.state, RunState::complete);
    EXPECT_TRUE(run.finished_at.has_value());
    EXPECT_NE(write(ledger, lease, stale, {rejected("k1")}), Written::applied);
  });
}

TEST_F(LedgerTest, AFinishWhoseReplyWasLostCountsAsDone) {
  with_ledger([this](Ledger& ledger) {
    const Lease lease = lease_of(ledger);
    Run run = started(ledger, lease);
    d1_hooks.after = [](auto statements) -> std::optional<Failure> {
      if (statements.size() < 2) return std::nullopt;
      return lost_reply();
    };
    EXPECT_EQ(ledger.finish(lease, run, RunState::complete).value(), Written::applied);
  });
}

TEST_F(LedgerTest, R2_6_RetryFailedMakesJustTheFailedKeysPendingAgain) {
  with_ledger([this](Ledger& ledger) {
    const Lease lease = lease_of(ledger);
    Run run = started(ledger, lease);
    const Item failed{{"k1", std::nullopt, ""}, Decided{Fate::failed, "read_failed", ""}};
    write(ledger, lease, run, {failed, rejected("k2")});
    ASSERT_TRUE(ledger.finish(lease, run, RunState::failed).has_value());
    EXPECT_EQ(ledger.retry_failed(run.run_id).value(), 1);
    run = **ledger.find_run(run.run_id);
    EXPECT_EQ(run.state, RunState::running);
    EXPECT_EQ(run.totals[Fate::failed], 0);
    EXPECT_EQ(run.totals[Fate::pending], 1);
    EXPECT_EQ(run.totals[Fate::rejected], 1);
    EXPECT_TRUE(run.totals.add_up());
    const auto pending = ledger.pending(run.run_id, "", 10);
    ASSERT_EQ(pending->size(), 1U);
    EXPECT_EQ(pending->at(0).attempts, 0);
    EXPECT_EQ(ledger.retry_failed("run-9").value(), 0);
  });
}

TEST(RunStates, HaveNames) {
  EXPECT_EQ(name_of(RunState::running), "running");
  EXPECT_EQ(name_of(RunState::paused), "paused");
  EXPECT_EQ(name_of(RunState::complete), "complete");
  EXPECT_EQ(name_of(RunState::failed), "failed");
}

// Found by storms that set D1 back under load.
TEST_F(LedgerTest, R2_16_ATokenThatIsGivenOutAgainAfterTimeTravelIsNotTheOldHolders) {
  with_ledger([this](Ledger& ledger) {
    const Lease first = lease_of(ledger, "a");
    Run run = started(ledger, first);
    ledger.release_lease(first);
    const std::string before = world.d1().bookmark();
    const Lease old = lease_of(ledger, "old");
    ASSERT_TRUE(world.d1().restore_to(before).has_value());
    const Lease now = lease_of(ledger, "new");
    ASSERT_EQ(now.token, old.token) << "D1 forgot that it had given this token out";
    Run runs_of_old = run;
    EXPECT_EQ(write(ledger, old, runs_of_old, {rejected("book:isbn:1")}), Written::refused);
    EXPECT_EQ(write(ledger, now, run, {rejected("book:isbn:1")}), Written::applied);
  });
}

TEST_F(LedgerTest, AChunkOfARunThatTimeTravelTookAwayWritesNothing) {
  with_ledger([this](Ledger& ledger) {
    const Lease lease = lease_of(ledger);
    const std::string before = world.d1().bookmark();
    Run run = started(ledger, lease);
    ASSERT_TRUE(world.d1().restore_to(before).has_value());
    EXPECT_EQ(write(ledger, lease, run, {rejected("book:isbn:1")}), Written::overtaken);
    EXPECT_EQ(ledger.finish(lease, run, RunState::complete).value(), Written::overtaken);
  });
  EXPECT_EQ(world.d1().connection().run({"SELECT 1 FROM MigrationOutcomes", {}})->rows.size(), 0U);
}

}  // namespace
}  // namespace cutover::migrate
