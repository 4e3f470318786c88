// One isolate: what it knows, what follows from it, and every ending of the ports.
#include "core/rollout/rollout.h"

#include "fakes/sim/sanitizers.h"
#include "tests/core/rollout/site.h"

namespace cutover::rollout {
namespace {

using testing::HasSubstr;
using End = MoveResult::End;

class RolloutTest : public Site {
 protected:
  // A fresh isolate's plan for a book.
  lookup::ReadPlan plan(std::uint64_t book = 1) {
    lookup::ReadPlan found;
    in_isolate([&](Here& here) { found = here.rollout.plan(isbn_of(book)); });
    return found;
  }
};

TEST_F(RolloutTest, EachPhaseAllowsWhatItsTableSays) {
  options.environment_flag = "true";
  options.shadow_percent = 100;
  struct Row {
    Phase phase;
    bool reads, fallback, writes, shadow;
    std::string_view reason;
  };
  const std::vector<Row> rows = {
      {Phase::kv_only, false, false, false, false, "phase_kv_only"},
      {Phase::dual_write, false, true, true, false, "phase_dual_write"},
      {Phase::backfill, false, true, true, false, "phase_backfill"},
      {Phase::reconcile, false, true, true, true, "phase_reconcile"},
      {Phase::verify, false, true, true, true, "phase_verify"},
      {Phase::d1_reads, true, true, true, false, "phase_d1_reads"},
      {Phase::d1, true, true, true, false, "phase_d1"},
  };
  for (const Row& row : rows) {
    if (row.phase != Phase::kv_only) stand_at(row.phase);
    const lookup::ReadPlan expected{row.reads, row.fallback, row.writes, row.shadow, row.reason};
    EXPECT_EQ(plan(), expected) << row.reason;
  }
}

TEST_F(RolloutTest, F04_EveryDecisionAsksTheFlag) {
  stand_at(Phase::d1);
  EXPECT_EQ(plan(), (lookup::ReadPlan{false, true, true, false, "flag_unset"}));
  world.wait(std::chrono::minutes(2));
  set_flag("true");
  EXPECT_TRUE(plan().d1_reads);
  world.wait(std::chrono::minutes(2));
  set_flag("false");
  EXPECT_EQ(plan(), (lookup::ReadPlan{false, true, true, false, "flag_kv"}));
  world.wait(std::chrono::minutes(2));
  set_flag("true\n");
  EXPECT_EQ(plan(), (lookup::ReadPlan{false, true, true, false, "flag_invalid"})) << "F01";
  options.environment_flag = "false";
  EXPECT_EQ(plan().reason, "flag_invalid");
}

TEST_F(RolloutTest, F11_FivePercentReadD1AndTheOthersAreCompared) {
  stand_at(Phase::d1_reads, 5);
  set_flag("50%");
  options.shadow_percent = 100;
  in_isolate([](Here& here) {
    int reading = 0;
    for (std::uint64_t book = 0; book < 2000; ++book) {
      const lookup::ReadPlan plan = here.rollout.plan(isbn_of(book));
      EXPECT_EQ(plan.d1_reads, is_in(5, "enable_d1_reads", isbn_of(book).digits()));
      EXPECT_EQ(plan.shadow, !plan.d1_reads);
      reading += plan.d1_reads ? 1 : 0;
    }
    EXPECT_NEAR(reading, 100, 40);
    EXPECT_EQ(here.rollout.view()->effective_percent, 5) << "the smaller of phase and flag";
  });
}

TEST_F(RolloutTest, ShadowReadsAreSampled) {
  stand_at(Phase::verify);
  in_isolate([](Here& here) {
    EXPECT_FALSE(here.rollout.may_shadow(isbn_of(1))) << "nothing is known yet";
    EXPECT_TRUE(here.rollout.plan(isbn_of(1)).shadow);
    int compared = 0;
    for (int i = 0; i < 2000; ++i) compared += here.rollout.may_shadow(isbn_of(1)) ? 1 : 0;
    EXPECT_NEAR(compared, 100, 40) << "5 %";
  });
}

TEST_F(RolloutTest, ATickLearnsOfANewPhaseThoughNobodyAsksForAPlan) {
  options.shadow_percent = 100;
  in_isolate([&](Here& here) {
    const auto tick_for = [&](int seconds) {
      for (int i = 0; i < seconds; ++i) {
        here.rollout.tick();
        here.isolate.runtime.sleep(second);
      }
    };
    tick_for(10);
    EXPECT_FALSE(here.rollout.may_shadow(isbn_of(1))) << "kv_only compares nothing";
    stand_at(Phase::verify);
    tick_for(10);  // twice refresh_after
    EXPECT_TRUE(here.rollout.may_shadow(isbn_of(1)));
  });
}

TEST_F(RolloutTest, ATickDoesNotWaitForD1) {
  in_isolate([&](Here& here) {
    d1_hooks.before = [&](std::span<const Statement>) -> std::optional<Failure> {
      here.isolate.runtime.sleep(20 * second);
      return migrate::lost_reply();
    };
    const Duration began = here.isolate.runtime.now();
    here.rollout.tick();
    EXPECT_LT(here.isolate.runtime.now() - began, second);
    here.isolate.runtime.sleep(30 * second);
    const sim::Quiet quiet;
    d1_hooks.before = nullptr;
  });
}

TEST_F(RolloutTest, StateAndFlagAreReadOnceForManyPlans) {
  stand_at(Phase::d1);
  int flag_reads = 0;
  kv_hooks.get = [&](std::string_view) -> std::optional<Failure> {
    flag_reads += 1;
    return std::nullopt;
  };
  in_isolate([&](Here& here) {
    auto group = here.isolate.runtime.task_group(100);
    for (int i = 0; i < 100; ++i) {
      group->spawn([&] { EXPECT_EQ(here.rollout.plan(isbn_of(1)).reason, "flag_unset"); });
    }
    group->wait();
    EXPECT_EQ(flag_reads, 1) << "the others waited for the first read";
    EXPECT_EQ(d1_hooks.statements, 1);
    here.isolate.runtime.sleep(5 * second);
    EXPECT_TRUE(here.rollout.writes_allowed());
    EXPECT_EQ(flag_reads, 2);
    EXPECT_EQ(d1_hooks.statements, 2);
  });
}

TEST_F(RolloutTest, AD1ThatHangsDelaysOnlyTheTaskThatReadsIt) {
  stand_at(Phase::d1);
  set_flag("true");
  in_isolate([&](Here& here) {
    auto& runtime = here.isolate.runtime;
    EXPECT_TRUE(here.rollout.plan(isbn_of(1)).d1_reads);
    d1_hooks.before = [&](std::span<const Statement>) -> std::optional<Failure> {
      runtime.sleep(30 * second);
      return migrate::lost_reply();
    };
    runtime.sleep(6 * second);
    auto group = runtime.task_group(1000);
    Duration waited{0};
    for (int i = 0; i < 20; ++i) {
      group->spawn([&, i] {
        runtime.sleep(second * i);
        const Duration began = runtime.now();
        EXPECT_TRUE(here.rollout.plan(isbn_of(1)).d1_reads) << "the last state known";
        const Duration ended = runtime.now();
        const sim::Quiet quiet;
        if (i > 0) waited = std::max(waited, ended - began);
      });
    }
    group->wait();
    EXPECT_LT(waited, second / 10);
  });
}

TEST_F(RolloutTest, AStateThatIsTooOldIsNotTrustedForReads) {
  stand_at(Phase::d1);
  set_flag("true");
  for (const FailureKind kind : every_kind) {
    d1_hooks.before = nullptr;
    in_isolate([&](Here& here) {
      EXPECT_TRUE(here.rollout.plan(isbn_of(1)).d1_reads);
      d1_hooks.before = [&](std::span<const Statement>) -> std::optional<Failure> {
        return failure_of(Service::d1, kind);
      };
      here.isolate.runtime.sleep(std::chrono::minutes(1));
      EXPECT_TRUE(here.rollout.plan(isbn_of(1)).d1_reads) << name_of(kind);
      here.isolate.runtime.sleep(std::chrono::minutes(1));
      EXPECT_EQ(here.rollout.plan(isbn_of(1)),
                (lookup::ReadPlan{false, true, true, false, "phase_stale"}));
      EXPECT_EQ(here.rollout.view()->effective_percent, 0);
    });
  }
}

TEST_F(RolloutTest, AnUnreadableFlagIsTheLastOneKnownAndOffBeforeThereIsOne) {
  stand_at(Phase::d1);
  set_flag("true");
  for (const FailureKind kind : every_kind) {
    const auto fail = [kind](std::string_view) -> std::optional<Failure> {
      return migrate::kv_failure(kind, true);
    };
    kv_hooks.get = nullptr;
    in_isolate([&](Here& here) {
      EXPECT_TRUE(here.rollout.plan(isbn_of(1)).d1_reads);
      kv_hooks.get = fail;
      here.isolate.runtime.sleep(std::chrono::minutes(1));
      EXPECT_TRUE(here.rollout.plan(isbn_of(1)).d1_reads) << name_of(kind);
    });
    EXPECT_EQ(plan().reason, "flag_unknown") << name_of(kind);
  }
}

TEST_F(RolloutTest, WithoutD1AndKvThereIsNoViewAndAPlanOfKvAlone) {
  kv_hooks.get = [](std::string_view) -> std::optional<Failure> {
    return migrate::kv_failure(FailureKind::unavailable, true);
  };
  d1_hooks.before = [](std::span<const Statement>) -> std::optional<Failure> {
    return failure_of(Service::d1, FailureKind::unavailable);
  };
  EXPECT_EQ(plan(), (lookup::ReadPlan{false, false, false, false, "phase_unknown"}));
  in_isolate([&](Here& here) {
    EXPECT_FALSE(here.rollout.view());
    EXPECT_FALSE(here.rollout.audit(1));
    EXPECT_FALSE(here.rollout.move(Phase::dual_write, 0, "admin", ""));
    EXPECT_FALSE(here.rollout.rollback("admin", ""));
    EXPECT_FALSE(here.rollout.set_writes_stopped(true, "admin", ""));
    kv_hooks.get = nullptr;
    const auto view = here.rollout.view();
    ASSERT_TRUE(view) << "the flag at least is known";
    EXPECT_FALSE(view->known);
  });
}

TEST_F(RolloutTest, TheFlagIsWrittenOnlyWhenItIsValid) {
  in_isolate([&](Here& here) {
    const auto refused = here.rollout.set_flag("on");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, FailureKind::malformed);
    kv_hooks.put = [](std::string_view) -> std::optional<Failure> {
      return migrate::kv_failure(FailureKind::unauthorized, false);
    };
    EXPECT_EQ(here.rollout.set_flag("5%").error().kind, FailureKind::unauthorized);
    kv_hooks.put = nullptr;
    EXPECT_TRUE(here.rollout.set_flag("5%"));
    EXPECT_EQ(here.rollout.view()->kv, (FlagSetting{true, true, 5}));
  });
}

TEST_F(RolloutTest, EveryEndOfAMove) {
  in_isolate([&](Here& here) {
    Rollout& rollout = here.rollout;
    EXPECT_EQ(rollout.move(Phase::backfill, 0, "admin", "")->end, End::not_a_move);
    EXPECT_EQ(rollout.rollback("admin", "")->end, End::not_a_move);
    EXPECT_EQ(rollout.move(Phase::dual_write, 0, "admin", "start")->end, End::done);
    EXPECT_EQ(rollout.plan(isbn_of(1)).reason, "phase_dual_write") << "at once in this isolate";
    EXPECT_EQ(rollout.move(Phase::backfill, 0, "admin", "")->end, End::done);
    const auto closed = rollout.move(Phase::reconcile, 0, "admin", "");
    EXPECT_EQ(closed->end, End::gate_closed);
    EXPECT_EQ(closed->state.phase, Phase::backfill);
    EXPECT_FALSE(closed->gate.open());
    EXPECT_FALSE(rollout.rollback("", ""));
    add_run();
    d1_hooks.before = [&](std::span<const Statement> statements) -> std::optional<Failure> {
      if (statements.size() < 2) return std::nullopt;
      PhaseStore other(d1);
      EXPECT_TRUE(other.change(2, {Phase::dual_write, 0, false, "other", "", ""}));
      return std::nullopt;
    };
    EXPECT_EQ(rollout.move(Phase::reconcile, 0, "admin", "")->end, End::conflict);
    d1_hooks.before = nullptr;
    EXPECT_EQ(rollout.plan(isbn_of(1)).reason, "phase_dual_write") << "what stands";
    const auto audit = rollout.audit(10);
    ASSERT_EQ(audit->size(), 3U);
    EXPECT_THAT(audit->back().evidence, HasSubstr("tables in place"));
  });
  EXPECT_EQ(events("rollout.changed", "phase=dual_write percent=0 revision=3"), 1);
}

TEST_F(RolloutTest, AMoveWhoseReplyIsLostIsMadeOnce) {
  int lost = 0;
  d1_hooks.after = [&](std::span<const Statement> statements) -> std::optional<Failure> {
    if (lost >= 2 || (statements.size() < 2 && lost == 0)) return std::nullopt;
    lost += 1;
    return migrate::lost_reply();
  };
  in_isolate([&](Here& here) {
    EXPECT_EQ(here.rollout.move(Phase::dual_write, 0, "admin", "start")->end, End::done);
  });
  EXPECT_EQ(lost, 2) << "the change, and the look at whether it was applied";
  EXPECT_EQ(number("SELECT count(*) FROM RolloutAudit"), 1);
}

TEST_F(RolloutTest, StoppedWritesStopInEveryPhaseAndGoOnWhenAllowed) {
  stand_at(Phase::d1);
  set_flag("true");
  in_isolate([&](Here& here) {
    EXPECT_EQ(here.rollout.set_writes_stopped(false, "admin", "")->end, End::not_a_move);
    EXPECT_EQ(here.rollout.set_writes_stopped(true, "admin", "look")->end, End::done);
    EXPECT_FALSE(here.rollout.writes_allowed());
    const lookup::ReadPlan plan = here.rollout.plan(isbn_of(1));
    EXPECT_FALSE(plan.write_d1);
    EXPECT_TRUE(plan.d1_reads);
    EXPECT_EQ(here.rollout.set_writes_stopped(false, "admin", "good")->end, End::done);
    EXPECT_TRUE(here.rollout.writes_allowed());
  });
}

}  // namespace
}  // namespace cutover::rollout
