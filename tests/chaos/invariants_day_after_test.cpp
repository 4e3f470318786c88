// The checks of the day after accept a good world. Bad ones are made by letting the isolate live in
// another world than the one that is looked at: then what it answers is not what is there.
#include "chaos/invariants/day_after.h"
#include "chaos/invariants/sequel.h"
#include "tests/chaos/good_end.h"

namespace cutover::chaos {
namespace {

using ::testing::Contains;
using ::testing::IsEmpty;

class DayAfterChecks : public GoodEnd {
 protected:
  DayAfterChecks() { scenarios::apply_schema(other); }

  template <class Check>
  Names of_another_world(Check check) {
    std::vector<Violation> found;
    other.invoke("sequel-api", 0, scenarios::no_limits(), [&](scenarios::Isolate& isolate) {
      DayAfter day(aftermath, isolate, found);
      check(day);
      isolate.runtime.sleep(std::chrono::seconds(31));
    });
    return names_of(found);
  }

  scenarios::World other{scenarios::WorldOptions{}, no_faults};
};

TEST_F(DayAfterChecks, AllHoldInAGoodWorld) {
  const Rerun rerun = run_again(aftermath);
  for (const Violation& violation : live_on(aftermath, rerun.totals)) {
    ADD_FAILURE() << violation.invariant << " " << violation.about << ": " << violation.text;
  }
  EXPECT_THAT(watched(), IsEmpty());
}

TEST_F(DayAfterChecks, ADryRunWithOtherTotalsIsRefused) {
  EXPECT_EQ(of_another_world([](DayAfter& day) { check_dry_run(day, {}); }), Names{})
      << "an empty source has no totals";
  migrate::Totals others;
  others.listed = 1;
  EXPECT_EQ(of_another_world([&](DayAfter& day) { check_dry_run(day, others); }), Names{"dry_run"});
}

TEST_F(DayAfterChecks, AStatusThatIsNotTheLedgersIsRefused) {
  EXPECT_EQ(of_another_world(check_status), Names{"status"});
}

TEST_F(DayAfterChecks, AShelfThatIsNotTheTablesIsRefused) {
  EXPECT_EQ(of_another_world(check_shelves), Names{"shelf_filters"});
}

TEST_F(DayAfterChecks, ACutoverThatDoesNotComeToItsEndIsRefused) {
  EXPECT_EQ(of_another_world([](DayAfter& day) { static_cast<void>(day.cut_over()); }),
            Names{"rollback"});
}

TEST_F(DayAfterChecks, ABookThatD1HasAndNobodyAnswersIsDegradation) {
  EXPECT_THAT(of_another_world(check_tiers), Contains("degradation"));
}

TEST_F(DayAfterChecks, ASecondCallOfTheProviderIsOneTooMany) {
  EXPECT_THAT(of_another_world([](DayAfter& day) {
                day.provider.calls[scenarios::isbn13_of(810'000'000)] = 1;
                check_absence(day);
              }),
              Contains("one_call"));
}

TEST_F(DayAfterChecks, ABookThatNobodyHasAndThatIsAnsweredIsRefused) {
  other.provider().put_book(scenarios::isbn13_of(810'000'000), R"({"title":"Made up"})");
  EXPECT_THAT(of_another_world(check_absence), Contains("not_found"));
}

TEST_F(DayAfterChecks, ACorrectionThatIsNotReadIsTooOld) {
  EXPECT_EQ(of_another_world(check_corrections), Names{"bounded_staleness"});
}

TEST_F(DayAfterChecks, AnAnswerFromElsewhereThanTheFlagSaysIsRefused) {
  EXPECT_THAT(of_another_world(check_flag), Contains("flag"));
}

TEST_F(DayAfterChecks, ABookThatIsNotAnsweredAfterARollbackIsRefused) {
  EXPECT_THAT(of_another_world(check_rolled_back), Contains("rollback"));
}

}  // namespace
}  // namespace cutover::chaos
