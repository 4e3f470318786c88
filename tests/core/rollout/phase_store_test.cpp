#include "core/rollout/phase_store.h"

#include "tests/core/rollout/site.h"

namespace cutover::rollout {
namespace {

using testing::_;
using testing::HasSubstr;
using testing::Return;
using Changed = PhaseStore::Changed;

class PhaseStoreTest : public Site {
 protected:
  migrate::HookedDatabase hooked{d1, d1_hooks};
  PhaseStore store{hooked};
  const RolloutChange first{Phase::dual_write, 0, false, "admin", "begin", "[]"};
};

using EmptyDatabase = SiteWithoutSchema;

TEST_F(EmptyDatabase, BeforeTheSchemaIsInPlaceThePhaseIsKvOnly) {
  PhaseStore store(d1);
  EXPECT_EQ(store.read().value(), RolloutState{});
  EXPECT_TRUE(store.audit(10).value().empty());
  const auto changed = store.change(0, {Phase::dual_write, 0, false, "admin", "", ""});
  ASSERT_FALSE(changed) << "there is nowhere to write it";
  EXPECT_EQ(changed.error().kind, FailureKind::malformed);
}

TEST_F(PhaseStoreTest, AChangeIsKeptWithWhoAndWhy) {
  EXPECT_EQ(store.read().value(), RolloutState{});
  const auto changed = store.change(0, first);
  ASSERT_TRUE(changed);
  EXPECT_EQ(changed->changed, Changed::done);
  const RolloutState state = store.read().value();
  EXPECT_EQ(changed->state, state);
  EXPECT_EQ(state.phase, Phase::dual_write);
  EXPECT_EQ(state.revision, 1);
  EXPECT_GE(state.changed_at, 1'764'000'000);
  const auto audit = store.audit(10).value();
  ASSERT_EQ(audit.size(), 1U);
  EXPECT_EQ(audit[0].from, RolloutState{});
  EXPECT_EQ(audit[0].to, state);
  EXPECT_EQ(audit[0].actor, "admin");
  EXPECT_EQ(audit[0].reason, "begin");
  EXPECT_EQ(audit[0].evidence, "[]");
}

TEST_F(PhaseStoreTest, AChangeOfAnotherRevisionIsAConflictAndWritesNothing) {
  ASSERT_TRUE(store.change(0, first));
  const std::string before = world.d1().digest();
  for (const std::int64_t revision : {std::int64_t{0}, std::int64_t{2}, std::int64_t{-1}}) {
    const auto changed = store.change(revision, {Phase::backfill, 0, false, "other", "begin", ""});
    ASSERT_TRUE(changed) << revision;
    EXPECT_EQ(changed->changed, Changed::conflict) << revision;
    EXPECT_EQ(changed->state.revision, 1);
  }
  EXPECT_EQ(world.d1().digest(), before);
}

TEST_F(PhaseStoreTest, AConflictThatArisesWhileItIsWrittenWritesNothing) {
  ASSERT_TRUE(store.change(0, first));
  std::string before;
  d1_hooks.before = [&](std::span<const Statement> statements) -> std::optional<Failure> {
    if (statements.size() < 2) return std::nullopt;
    PhaseStore other(d1);
    EXPECT_TRUE(other.change(1, {Phase::backfill, 0, false, "other", "first", ""}));
    before = world.d1().digest();
    return std::nullopt;
  };
  const auto changed = store.change(1, {Phase::kv_only, 0, false, "admin", "late", ""});
  ASSERT_TRUE(changed);
  EXPECT_EQ(changed->changed, Changed::conflict);
  EXPECT_EQ(changed->state.phase, Phase::backfill);
  EXPECT_EQ(world.d1().digest(), before);
}

TEST_F(PhaseStoreTest, ARepetitionAfterALostReplyFindsItsOwnChange) {
  int lost = 0;
  d1_hooks.after = [&](std::span<const Statement> statements) -> std::optional<Failure> {
    if (statements.size() < 2) return std::nullopt;
    lost += 1;
    return migrate::lost_reply();
  };
  const auto at_once = store.change(0, first);
  ASSERT_TRUE(at_once) << "the store itself looks whether it was applied";
  EXPECT_EQ(at_once->changed, Changed::done);
  EXPECT_EQ(lost, 1);
  EXPECT_EQ(store.change(0, first)->changed, Changed::done) << "asked again";
  EXPECT_EQ(lost, 1) << "nothing was sent again";
  EXPECT_EQ(store.audit(10)->size(), 1U);
  ASSERT_TRUE(store.change(1, {Phase::backfill, 0, false, "admin", "", ""}));
  const auto much_later = store.change(0, first);
  EXPECT_EQ(much_later->changed, Changed::done);
  EXPECT_EQ(much_later->state.phase, Phase::backfill) << "what stands now";
  EXPECT_EQ(store.change(0, {Phase::dual_write, 0, false, "other", "begin", ""})->changed,
            Changed::conflict);
}

TEST_F(PhaseStoreTest, ALostRequestIsAFailureAndCanBeRepeated) {
  d1_hooks.before = [&](std::span<const Statement> statements) -> std::optional<Failure> {
    if (statements.size() < 2) return std::nullopt;
    return migrate::lost_reply();
  };
  const auto lost = store.change(0, first);
  ASSERT_FALSE(lost);
  EXPECT_EQ(lost.error(), migrate::lost_reply());
  d1_hooks.before = nullptr;
  EXPECT_EQ(store.change(0, first)->changed, Changed::done);
}

TEST_F(PhaseStoreTest, EveryFailureOfD1IsPassedOn) {
  for (const FailureKind kind : every_kind) {
    testing::NiceMock<MockDatabase> broken;
    const Failure failure = failure_of(Service::d1, kind);
    ON_CALL(broken, query(_)).WillByDefault(Return(Outcome<ResultSet>(failure)));
    ON_CALL(broken, batch(_)).WillByDefault(Return(Outcome<std::vector<ResultSet>>(failure)));
    PhaseStore on_broken(broken);
    EXPECT_EQ(on_broken.read().error(), failure);
    EXPECT_EQ(on_broken.change(0, first).error(), failure);
    EXPECT_EQ(on_broken.audit(1).error(), failure);
    // Only the writing fails.
    testing::NiceMock<MockDatabase> read_only;
    ON_CALL(read_only, query(_)).WillByDefault(Return(ResultSet{}));
    ON_CALL(read_only, batch(_)).WillByDefault(Return(Outcome<std::vector<ResultSet>>(failure)));
    EXPECT_EQ(PhaseStore(read_only).change(0, first).error(), failure) << name_of(kind);
  }
}

TEST_F(PhaseStoreTest, TextsOfTheWrongLengthAreRefused) {
  for (const std::string& actor : {std::string(), std::string(201, 'a')}) {
    const auto refused = store.change(0, {Phase::dual_write, 0, false, actor, "", ""});
    ASSERT_FALSE(refused);
    EXPECT_THAT(refused.error().message, HasSubstr("actor must be"));
  }
  const auto refused =
      store.change(0, {Phase::dual_write, 0, false, "admin", std::string(1001, 'r'), ""});
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, HasSubstr("reason"));
  EXPECT_EQ(store.read()->revision, 0);
}

TEST_F(PhaseStoreTest, TheAuditIsBoundedAndTheNewestComesFirst) {
  RolloutState state = stand_at(Phase::d1);
  ASSERT_EQ(state.revision, 6);
  EXPECT_EQ(store.audit(2)->at(0).to.phase, Phase::d1);
  EXPECT_EQ(store.audit(2)->at(1).to.phase, Phase::d1_reads);
  EXPECT_EQ(store.audit(2)->size(), 2U);
  EXPECT_EQ(store.audit(-5)->size(), 1U);
  EXPECT_EQ(store.audit(1'000'000)->size(), 6U);
}

TEST(Phases, OnlyTheMovesOfTheMachineAreAllowed) {
  const auto moves = [](Phase from, int from_percent, Phase to, int to_percent) {
    return may_move({from, from_percent, false, 1, 0}, {to, to_percent, false, "a", "", ""});
  };
  EXPECT_TRUE(moves(Phase::kv_only, 0, Phase::dual_write, 0));
  EXPECT_FALSE(moves(Phase::kv_only, 0, Phase::backfill, 0));
  EXPECT_TRUE(moves(Phase::verify, 0, Phase::d1_reads, 1));
  EXPECT_FALSE(moves(Phase::verify, 0, Phase::d1_reads, 0));
  EXPECT_FALSE(moves(Phase::verify, 0, Phase::d1_reads, 101));
  EXPECT_FALSE(moves(Phase::verify, 0, Phase::backfill, 0));
  EXPECT_TRUE(moves(Phase::d1_reads, 5, Phase::d1_reads, 50));
  EXPECT_FALSE(moves(Phase::d1_reads, 5, Phase::d1_reads, 5));
  EXPECT_TRUE(moves(Phase::d1_reads, 5, Phase::d1, 100)) << "the gate asks for 100 percent";
  EXPECT_FALSE(moves(Phase::d1, 100, Phase::d1_reads, 50));
  EXPECT_TRUE(moves(Phase::d1, 100, Phase::dual_write, 0));
  EXPECT_FALSE(moves(Phase::d1, 100, Phase::kv_only, 0));
  EXPECT_TRUE(moves(Phase::dual_write, 0, Phase::kv_only, 0));
  EXPECT_TRUE(may_move({Phase::d1, 100, false, 1, 0}, {Phase::d1, 100, true, "a", "", ""}));
  for (const std::string_view name :
       {"kv_only", "dual_write", "backfill", "reconcile", "verify", "d1_reads", "d1"}) {
    EXPECT_EQ(name_of(*phase_named(name)), name);
  }
  EXPECT_FALSE(phase_named("D1"));
}

}  // namespace
}  // namespace cutover::rollout
