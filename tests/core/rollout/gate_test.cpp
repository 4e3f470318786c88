#include "core/rollout/gate.h"

#include "tests/core/rollout/site.h"

namespace cutover::rollout {
namespace {

using testing::_;
using testing::HasSubstr;
using testing::Return;

class GateTest : public Site {
 protected:
  GateResult look(const RolloutState& state, Phase to, const LiveEvidence& live = {}) {
    auto result = look_at_gate(d1, state, to, live);
    EXPECT_TRUE(result) << describe(result.error());
    return result.value_or(GateResult{});
  }
  // Names of what was not met.
  static std::vector<std::string> unmet(const GateResult& gate) {
    std::vector<std::string> names;
    for (const Condition& condition : gate.conditions) {
      if (!condition.met) names.push_back(condition.name + ": " + condition.found);
    }
    return names;
  }
  // As Rollout moves: with the gate's findings as evidence.
  RolloutState move(const RolloutState& from, Phase to) {
    const GateResult gate = look(from, to);
    EXPECT_TRUE(gate.open()) << gate.json();
    PhaseStore store(d1);
    return store.change(from.revision, {to, 0, false, "test", "", gate.json()})->state;
  }
};

using testing::ElementsAre;
using NoSchema = SiteWithoutSchema;

TEST_F(NoSchema, DualWritesNeedTheSchema) {
  const auto gate = look_at_gate(d1, {}, Phase::dual_write, {});
  ASSERT_TRUE(gate);
  EXPECT_FALSE(gate->open());
  EXPECT_EQ(gate->conditions.back().found, "0 of 9");
  scenarios::apply_schema(world);
  EXPECT_TRUE(look_at_gate(d1, {}, Phase::dual_write, {})->open());
}

// F12: the plan lets reads be switched on at page 5 of the migration.
TEST_F(GateTest, F12_ReadsOfD1WaitForACompleteRunAReconciliationAndACleanComparison) {
  RolloutState state = stand_at(Phase::backfill);
  EXPECT_THAT(unmet(look(state, Phase::reconcile)), ElementsAre("newest run: nothing"));
  add_run("running", 7);
  EXPECT_THAT(unmet(look(state, Phase::reconcile)),
              ElementsAre("run complete: running", "pending keys: 7"));
  add_run("complete", 0, 2);
  EXPECT_THAT(unmet(look(state, Phase::reconcile)), ElementsAre("failed keys: 2"));
  add_run();
  state = move(state, Phase::reconcile);
  EXPECT_EQ(unmet(look(state, Phase::verify)).size(), 1U) << "that run began before";
  add_run();
  state = move(state, Phase::verify);
  EXPECT_EQ(unmet(look(state, Phase::d1_reads)).size(), 1U) << "no comparison";
  ASSERT_TRUE(record_comparison(d1, {state.revision - 1, 10, 0, 0}));
  EXPECT_EQ(unmet(look(state, Phase::d1_reads)).size(), 1U) << "of an earlier phase";
  ASSERT_TRUE(record_comparison(d1, {state.revision, 10, 1, 2}));
  EXPECT_THAT(unmet(look(state, Phase::d1_reads)),
              ElementsAre("missing keys: 1", "different keys: 2"));
  ASSERT_TRUE(record_comparison(d1, {state.revision, 0, 0, 0}));
  EXPECT_THAT(unmet(look(state, Phase::d1_reads)), ElementsAre("compared keys: 0"));
  ASSERT_TRUE(record_comparison(d1, {state.revision, 10, 0, 0}));
  EXPECT_THAT(unmet(look(state, Phase::d1_reads, {20, 1, false})),
              ElementsAre("different shadow reads: 1 of 20"));
  EXPECT_TRUE(look(state, Phase::d1_reads, {20, 0, false}).open());
}

TEST_F(GateTest, ARunBeginsLaterByTheDatabasesClockOrByItsName) {
  add_run();
  const RolloutState state = move(stand_at(Phase::backfill), Phase::reconcile);
  add_run();
  EXPECT_TRUE(look(state, Phase::verify).open()) << "the same second, but another run";
  // Stopping and allowing writes is a change of state, but not of phase.
  PhaseStore store(d1);
  world.wait(10 * second);
  ASSERT_TRUE(store.change(4 - 1, {Phase::reconcile, 0, true, "test", "", ""}));
  ASSERT_TRUE(store.change(4, {Phase::reconcile, 0, false, "test", "", ""}));
  EXPECT_TRUE(look(store.read().value(), Phase::verify).open());
}

TEST_F(GateTest, WithoutANoteOfTheEarlierRunOnlyALaterSecondCounts) {
  add_run();
  const RolloutState state = stand_at(Phase::reconcile);  // no evidence in the audit
  add_run();
  EXPECT_FALSE(look(state, Phase::verify).open());
  world.wait(2 * second);
  add_run();
  EXPECT_TRUE(look(state, Phase::verify).open());
}

TEST_F(GateTest, MorePercentAndTheLastStepAskTheGuard) {
  const RolloutState state = stand_at(Phase::d1_reads, 50);
  EXPECT_TRUE(look(state, Phase::d1_reads).open());
  EXPECT_THAT(unmet(look(state, Phase::d1_reads, {0, 0, true})),
              ElementsAre("guard: wants a rollback"));
  EXPECT_THAT(unmet(look(state, Phase::d1)), ElementsAre("percent reading D1: 50"));
  EXPECT_TRUE(look({Phase::d1_reads, 100, false, 5, 0}, Phase::d1).open());
  EXPECT_FALSE(look({Phase::d1_reads, 100, false, 5, 0}, Phase::d1, {0, 0, true}).open());
}

TEST_F(GateTest, NothingGoesForwardWhileWritesAreStopped) {
  EXPECT_THAT(unmet(look({Phase::dual_write, 0, true, 1, 0}, Phase::backfill)),
              ElementsAre("writes: stopped"));
  EXPECT_TRUE(look({Phase::d1, 100, true, 1, 0}, Phase::dual_write).open()) << "back is free";
}

TEST_F(GateTest, EveryFailureOfD1IsPassedOn) {
  for (const FailureKind kind : every_kind) {
    testing::NiceMock<MockDatabase> broken;
    const Failure failure = failure_of(Service::d1, kind);
    ON_CALL(broken, query(_)).WillByDefault(Return(Outcome<ResultSet>(failure)));
    for (const auto& [from, to] :
         {std::pair(Phase::kv_only, Phase::dual_write),
          std::pair(Phase::backfill, Phase::reconcile), std::pair(Phase::reconcile, Phase::verify),
          std::pair(Phase::verify, Phase::d1_reads)}) {
      EXPECT_EQ(look_at_gate(broken, {from, 0, false, 1, 0}, to, {}).error(), failure);
    }
    EXPECT_EQ(record_comparison(broken, {}).error(), failure);
  }
}

TEST(GateResult, IsJsonForTheAudit) {
  GateResult gate;
  EXPECT_EQ(gate.json(), "[]");
  EXPECT_TRUE(gate.open());
  gate.conditions = {{"a", "\"1\"", true}, {"b", "nothing", false}};
  EXPECT_EQ(gate.json(), R"([{"name":"a","found":"\"1\"","met":true},)"
                         R"({"name":"b","found":"nothing","met":false}])");
  EXPECT_FALSE(gate.open());
}

}  // namespace
}  // namespace cutover::rollout
