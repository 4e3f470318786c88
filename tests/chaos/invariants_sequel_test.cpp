// The invariants that let a world live on accept a good one and refuse a bad one, made by hand.
#include "chaos/invariants/sequel.h"
#include "tests/chaos/good_end.h"

namespace cutover::chaos {
namespace {

using ::testing::IsEmpty;

class InvariantSequel : public GoodEnd {
 protected:
  InvariantSequel() {
    played.writers = 0;
    played.isolates = 0;
    aftermath.live = {};
    aftermath.acknowledged.clear();
    aftermath.written.clear();
    execute("UPDATE Books SET origin = 'backfill', source_time = NULL WHERE origin = 'live'");
  }
};

TEST_F(InvariantSequel, AFurtherRunOverAGoodEndChangesNothing) {
  const Rerun rerun = run_again(aftermath);
  EXPECT_THAT(names_of(rerun.found), IsEmpty());
  EXPECT_EQ(rerun.totals[migrate::Fate::unchanged], 12);
}

TEST_F(InvariantSequel, ARunThatHasSomethingLeftToDoIsNotIdempotent) {
  execute("DELETE FROM Books WHERE isbn = '" + isbn(5) + "'");
  EXPECT_EQ(names_of(run_again(aftermath).found), Names{"idempotence"});
}

TEST_F(InvariantSequel, AnEndThatAnUninterruptedRunDoesNotReachIsNotResumable) {
  EXPECT_THAT(compare_with_undisturbed(aftermath), IsEmpty());
  aftermath.migration.run.totals[migrate::Fate::inserted] -= 1;
  aftermath.migration.run.totals[migrate::Fate::unchanged] += 1;
  EXPECT_EQ(names_of(compare_with_undisturbed(aftermath)), Names{"resumability"});
}

TEST_F(InvariantSequel, RowsThatAnUninterruptedRunDoesNotLeaveAreNotResumable) {
  execute("UPDATE Books SET publisher = NULL WHERE isbn = '" + isbn(5) + "'");
  EXPECT_EQ(names_of(compare_with_undisturbed(aftermath)), Names{"resumability"});
}

TEST_F(InvariantSequel, ValidationFindsAGoodEndCleanAndEachDamage) {
  const std::string before = world.d1().digest();
  EXPECT_THAT(validate_damages(aftermath), IsEmpty());
  EXPECT_EQ(world.d1().digest(), before) << "the damage is undone";
}

TEST_F(InvariantSequel, AnEndThatIsNotCleanIsNotValidated) {
  execute("UPDATE Books SET publisher = 'other' WHERE isbn = '" + isbn(5) + "'");
  EXPECT_EQ(names_of(validate_damages(aftermath)), Names{"honest_validation"});
}

TEST_F(InvariantSequel, SmallMigrationsLiveOnAndOneInEightOfTheOthersAndOneInFourOfTheLiveOnes) {
  played.keys = 30;
  played.seed = 3;
  EXPECT_TRUE(sequel_is_due(played));
  played.keys = 31;
  EXPECT_FALSE(sequel_is_due(played));
  played.seed = 16;
  EXPECT_TRUE(sequel_is_due(played));
  EXPECT_THAT(play_sequel(aftermath), IsEmpty());
  played.isolates = 1;
  played.seed = 6;
  EXPECT_FALSE(sequel_is_due(played));
  played.seed = 4;
  EXPECT_TRUE(sequel_is_due(played));
}

}  // namespace
}  // namespace cutover::chaos
