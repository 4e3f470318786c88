// Several isolates in two locations, under load, in virtual time: flips of the flag, the guard that
// acts by itself, rollback, and a second cutover.
#include "core/rollout/rollout.h"

#include "fakes/sim/sanitizers.h"
#include "tests/core/rollout/site.h"

namespace cutover::rollout {
namespace {

using testing::HasSubstr;
using End = MoveResult::End;

class CutoverTest : public Site {
 protected:
  struct Read {
    Duration at{0};
    lookup::ReadPlan plan;
  };

  // Isolates that ask for a plan ten times a second until `until`, in both locations.
  void readers(std::vector<Read>& reads, Duration until) {
    for (std::size_t i = 0; i < 4; ++i) {
      start(
          [&reads, until, this](Here& here) {
            while (world.scheduler().now() < until) {
              const Duration asked = world.scheduler().now();
              const lookup::ReadPlan plan = here.rollout.plan(isbn_of(1));
              {
                const sim::Quiet quiet;
                reads.push_back({std::max(asked, world.scheduler().now()), plan});
              }
              here.isolate.runtime.sleep(100 * millisecond);
            }
          },
          i % 2, "reader-" + std::to_string(i));
    }
  }

  // One isolate under 10 requests a second with a tick each second; `each` plays the service.
  static void load(Here& here, Duration length, const std::function<void(Here&)>& each) {
    const Duration end = here.isolate.runtime.now() + length;
    for (int i = 0; here.isolate.runtime.now() < end; ++i) {
      each(here);
      if (i % 10 == 9) here.rollout.tick();
      here.isolate.runtime.sleep(100 * millisecond);
    }
  }
  static void good(Here& here) {
    (void)here.rollout.plan(isbn_of(1));
    here.rollout.request_finished(false, 20 * millisecond);
    here.rollout.d1_call_finished(true, 5 * millisecond);
  }
};

TEST_F(CutoverTest, F02_AfterTheBoundNoIsolateContradictsTheFlag) {
  stand_at(Phase::d1);
  set_flag("true");
  std::vector<Read> reads;
  readers(reads, std::chrono::minutes(5));
  Duration flipped{0};
  Duration bound{0};
  start(
      [&](Here& here) {
        // The caches were filled again a few seconds ago.
        here.isolate.runtime.sleep(std::chrono::seconds(125));
        EXPECT_TRUE(here.rollout.set_flag("false"));
        flipped = world.scheduler().now();
        bound = here.rollout.bound();
      },
      0, "operator");
  world.run();
  EXPECT_EQ(bound, 70 * second) << "60 s of KV's cache, and twice 5 s of ours";
  Duration last_contradiction{0};
  for (const Read& read : reads) {
    if (read.at > flipped && read.plan.d1_reads) last_contradiction = read.at - flipped;
  }
  EXPECT_GT(last_contradiction, 30 * second) << "KV's caches make mixed mode a normal state (F03)";
  EXPECT_LE(last_contradiction, bound);
  RecordProperty("last_contradicting_read_ms", static_cast<int>(last_contradiction.count() / 1000));
}

TEST_F(CutoverTest, F03_InMixedModeEveryIsolateWritesBothAndFallsBack) {
  stand_at(Phase::d1_reads, 100);
  set_flag("true");
  std::vector<Read> reads;
  readers(reads, std::chrono::minutes(4));
  start(
      [&](Here& here) {
        here.isolate.runtime.sleep(std::chrono::minutes(1));
        EXPECT_TRUE(here.rollout.set_flag("0"));
        here.isolate.runtime.sleep(std::chrono::minutes(1));
        EXPECT_EQ(here.rollout.rollback("operator", "rehearsal")->end, End::done);
      },
      1, "operator");
  world.run();
  int on = 0;
  int off = 0;
  for (const Read& read : reads) {
    EXPECT_TRUE(read.plan.write_d1) << read.plan.reason;
    EXPECT_TRUE(read.plan.d1_fallback) << read.plan.reason;
    (read.plan.d1_reads ? on : off) += 1;
  }
  EXPECT_GT(on, 1000);
  EXPECT_GT(off, 1000);
}

TEST_F(CutoverTest, F05_ARollbackChangesTheOrderOfReadingAndLosesNothing) {
  stand_at(Phase::d1);
  set_flag("true");
  in_isolate([&](Here& here) {
    EXPECT_TRUE(here.rollout.plan(isbn_of(1)).d1_reads);
    EXPECT_EQ(here.rollout.rollback("admin", "errors")->end, End::done);
    EXPECT_EQ(here.rollout.plan(isbn_of(1)),
              (lookup::ReadPlan{false, true, true, false, "phase_dual_write"}));
  });
}

TEST_F(CutoverTest, F06_ASecondCutoverCatchesUpFirst) {
  set_flag("true");
  in_isolate([&](Here& here) {
    Rollout& rollout = here.rollout;
    const auto move = [&](Phase to, int percent = 0) {
      const auto moved = rollout.move(to, percent, "admin", "");
      EXPECT_TRUE(moved);
      return moved ? moved->end : End::conflict;
    };
    for (int round = 0; round < 2; ++round) {
      if (round == 0) {
        EXPECT_EQ(move(Phase::dual_write), End::done);
      }
      EXPECT_EQ(move(Phase::backfill), End::done);
      if (round == 0) add_run();
      EXPECT_EQ(move(Phase::reconcile), End::done);
      EXPECT_EQ(move(Phase::verify), End::gate_closed) << "the old run proves nothing";
      add_run();
      EXPECT_EQ(move(Phase::verify), End::done);
      EXPECT_EQ(move(Phase::d1_reads, 100), End::gate_closed) << "nor does the old comparison";
      const std::int64_t revision = rollout.view()->state.revision;
      EXPECT_TRUE(record_comparison(d1, {revision, 5, 0, 0}));
      EXPECT_EQ(move(Phase::d1_reads, 100), End::done);
      EXPECT_EQ(move(Phase::d1), End::done);
      EXPECT_TRUE(rollout.plan(isbn_of(1)).d1_reads);
      EXPECT_EQ(rollout.rollback("admin", "rehearsal")->end, End::done);
      EXPECT_EQ(move(Phase::d1_reads, 100), End::not_a_move) << "no way around";
    }
  });
}

// The plan says "clear the cache after the migration": KV is what a rollback reads from.
TEST_F(CutoverTest, F13_NoStepOfACutoverOrRollbackRemovesAnythingFromKv) {
  set_flag("true");
  for (std::uint64_t book = 0; book < 10; ++book) {
    world.kv().load({"book:isbn:" + isbn_of(book).str(), "{}", std::nullopt, ""});
  }
  stand_at(Phase::verify);
  in_isolate([&](Here& here) {
    EXPECT_TRUE(record_comparison(d1, {here.rollout.view()->state.revision, 5, 0, 0}));
    EXPECT_EQ(here.rollout.move(Phase::d1_reads, 100, "admin", "")->end, End::done);
    EXPECT_EQ(here.rollout.move(Phase::d1, 100, "admin", "")->end, End::done);
    load(here, std::chrono::minutes(1), good);
    EXPECT_EQ(here.rollout.rollback("admin", "")->end, End::done);
    EXPECT_TRUE(here.rollout.set_flag("false"));
    for (std::uint64_t book = 0; book < 10; ++book) {
      const auto entry = here.isolate.kv.get("book:isbn:" + isbn_of(book).str());
      ASSERT_TRUE(entry);
      EXPECT_TRUE(entry->has_value());
    }
  });
  EXPECT_EQ(world.kv().counts().remove, 0);
}

TEST_F(CutoverTest, R5_6_TheGuardRollsBackByItselfUnderLoad) {
  stand_at(Phase::d1);
  set_flag("true");
  start(
      [&](Here& here) {
        load(here, std::chrono::minutes(5), good);
        const Duration trouble = here.isolate.runtime.now();
        std::optional<Duration> last_d1_read;
        load(here, std::chrono::minutes(3), [&](Here& at) {
          const bool reads = at.rollout.plan(isbn_of(1)).d1_reads;
          if (reads) last_d1_read = at.isolate.runtime.now();
          at.rollout.request_finished(reads, 20 * millisecond);  // only D1's readers fail
          at.rollout.d1_call_finished(true, 5 * millisecond);
        });
        const auto view = here.rollout.view();
        ASSERT_TRUE(view && view->reaction && view->reaction->written);
        EXPECT_EQ(view->state.phase, Phase::dual_write);
        EXPECT_EQ(view->reaction->criterion, "error_spike");
        EXPECT_LE(view->reaction->decided - trouble, 3 * second);
        EXPECT_LE(*view->reaction->written - trouble, 4 * second);
        EXPECT_LE(*last_d1_read - trouble, 3 * second) << "this isolate follows at once";
        EXPECT_FALSE(view->change_pending);
        const auto audit = here.rollout.audit(10);
        EXPECT_EQ(audit->size(), 7U) << "one rollback, not one a second";
        EXPECT_EQ(audit->front().actor, "guard");
        EXPECT_THAT(audit->front().reason, HasSubstr("error_spike"));
        EXPECT_THAT(audit->front().evidence, HasSubstr(R"("criterion":"error_spike")"));
      },
      0, "loaded");
  // Another isolate, which measures nothing, follows within twice refresh_after.
  std::vector<Read> reads;
  readers(reads, std::chrono::minutes(7));
  world.run();
  Duration last{0};
  for (const Read& read : reads) {
    if (read.plan.d1_reads) last = read.at;
  }
  EXPECT_LE(last, std::chrono::minutes(5) + 20 * second);
  EXPECT_EQ(events("guard.finding", "criterion=error_spike action=rollback"), 1);
}

TEST_F(CutoverTest, F14_ARollbackIsInForceHereWhileD1CannotTakeIt) {
  stand_at(Phase::d1);
  set_flag("true");
  in_isolate([&](Here& here) {
    load(here, std::chrono::minutes(1), good);
    d1_hooks.before = [](std::span<const Statement>) -> std::optional<Failure> {
      return failure_of(Service::d1, FailureKind::unavailable);
    };
    const Duration down = here.isolate.runtime.now();
    std::optional<Duration> detected;
    load(here, std::chrono::seconds(90), [&](Here& at) {
      const lookup::ReadPlan plan = at.rollout.plan(isbn_of(1));
      if (!detected && !plan.d1_reads) detected = at.isolate.runtime.now();
      at.rollout.request_finished(false, 20 * millisecond);  // the fallback answers
      if (plan.d1_reads) at.rollout.d1_call_finished(false, millisecond);
    });
    ASSERT_TRUE(detected);
    EXPECT_LE(*detected - down, 35 * second);
    EXPECT_EQ(here.rollout.plan(isbn_of(1)).reason, "rollback_pending");
    EXPECT_TRUE(here.rollout.view()->change_pending);
    EXPECT_GT(events("rollout.change_failed"), 10);
    d1_hooks.before = nullptr;
    load(here, 2 * second, good);
    const auto view = here.rollout.view();
    EXPECT_EQ(view->state.phase, Phase::dual_write);
    EXPECT_EQ(view->reaction->criterion, "d1_failures");
    EXPECT_TRUE(view->reaction->written);
    EXPECT_EQ(here.rollout.audit(10)->size(), 7U);
  });
}

TEST_F(CutoverTest, TwoIsolatesThatFindTheSameRollBackOnce) {
  stand_at(Phase::d1);
  set_flag("true");
  for (std::size_t i = 0; i < 2; ++i) {
    start(
        [](Here& here) {
          load(here, std::chrono::minutes(1), [](Here& at) {
            at.rollout.request_finished(at.rollout.plan(isbn_of(1)).d1_reads, millisecond);
          });
        },
        i, "loaded-" + std::to_string(i));
  }
  world.run();
  EXPECT_EQ(number("SELECT count(*) FROM RolloutAudit WHERE actor = 'guard'"), 1);
}

TEST_F(CutoverTest, OutsideOfD1ReadsAFindingIsReportedButNothingIsRolledBack) {
  stand_at(Phase::backfill);
  in_isolate([&](Here& here) {
    load(here, std::chrono::minutes(1), [](Here& at) {
      (void)at.rollout.plan(isbn_of(1));
      at.rollout.request_finished(true, millisecond);
    });
    EXPECT_EQ(here.rollout.view()->state.phase, Phase::backfill);
    EXPECT_FALSE(here.rollout.view()->findings.empty());
  });
  EXPECT_EQ(events("guard.finding", "criterion=error_spike"), 1);
}

TEST_F(CutoverTest, R5_6_AnInconsistencyStopsWritesAndStaysUntilSomebodyAllowsThem) {
  stand_at(Phase::verify);
  in_isolate([&](Here& here) {
    load(here, 2 * second, good);
    here.rollout.inconsistency_found(3);
    load(here, 3 * second, good);
    EXPECT_FALSE(here.rollout.writes_allowed());
    EXPECT_FALSE(here.rollout.plan(isbn_of(1)).write_d1);
    auto view = here.rollout.view();
    EXPECT_EQ(view->state.phase, Phase::verify);
    EXPECT_TRUE(view->state.writes_stopped);
    EXPECT_EQ(here.rollout.audit(10)->size(), 5U);
    EXPECT_EQ(here.rollout.move(Phase::d1_reads, 5, "admin", "")->end, End::gate_closed);
    EXPECT_EQ(here.rollout.set_writes_stopped(false, "admin", "repaired")->end, End::done);
    load(here, 5 * second, good);
    EXPECT_TRUE(here.rollout.writes_allowed());
    EXPECT_TRUE(here.rollout.view()->findings.empty());
  });
}

TEST_F(CutoverTest, AShadowDifferenceThatLastsIsAnInconsistency) {
  stand_at(Phase::verify);
  using Shadow = lookup::ReadPolicy::Shadow;
  in_isolate([&](Here& here) {
    load(here, second, good);
    here.rollout.shadow_result(isbn_of(1), Shadow::different);
    here.rollout.shadow_result(isbn_of(2), Shadow::absent_in_d1);
    load(here, std::chrono::minutes(1), good);
    EXPECT_TRUE(here.rollout.may_shadow(isbn_of(1))) << "a suspect is always compared";
    here.rollout.shadow_result(isbn_of(1), Shadow::different);
    here.rollout.shadow_result(isbn_of(2), Shadow::same);
    load(here, std::chrono::minutes(1), good);
    EXPECT_TRUE(here.rollout.writes_allowed()) << "KV may be that old";
    load(here, 10 * second, good);
    here.rollout.shadow_result(isbn_of(2), Shadow::different);
    here.rollout.shadow_result(isbn_of(1), Shadow::different);
    load(here, 2 * second, good);
    EXPECT_FALSE(here.rollout.writes_allowed());
    const auto view = here.rollout.view();
    EXPECT_EQ(view->shadow_compared, 6);
    EXPECT_EQ(view->shadow_different, 5);
    EXPECT_EQ(view->findings.at(0).criterion, "inconsistency");
    EXPECT_EQ(view->findings.at(0).measured, 1);
  });
}

}  // namespace
}  // namespace cutover::rollout
