// Each invariant accepts a good end and refuses a bad one, made by hand.
#include "chaos/invariants.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "scenarios/direct_database.h"
#include "scenarios/generate.h"

namespace cutover::chaos {
namespace {

using ::testing::Contains;
using ::testing::IsEmpty;

class Invariants : public testing::Test {
 protected:
  Invariants() {
    scenarios::apply_schema(world);
    for (std::uint64_t i = 0; i < 12; ++i) {
      const std::string number = std::to_string(i);
      aftermath.sources.push_back({"book:isbn:" + scenarios::isbn13_of(i),
                                   R"({"title":"Book )" + number + R"(","authors":["A"]})",
                                   std::nullopt, ""});
      world.kv().load(aftermath.sources.back());
    }
    aftermath.migration = migrate_all(world, {}, migrate::Begin::fresh);
    aftermath.finished = true;
    played.isolates = 1;
    aftermath.live.answers.push_back({scenarios::isbn13_of(1), 200, "\"Book 1\"", {}, {}});
    execute("INSERT INTO UserLibrary (user_id, isbn, status) VALUES ('u', '" +
            scenarios::isbn13_of(2) + "', 'reading')");
    aftermath.live.shelves[{"u", scenarios::isbn13_of(2)}] = {true, {"reading"}};
    aftermath.written[scenarios::isbn13_of(3)].insert("Live");
    execute("UPDATE Books SET origin = 'live', source_time = 1000 WHERE isbn = '" +
            scenarios::isbn13_of(3) + "'");
    aftermath.acknowledged.push_back({scenarios::isbn13_of(3), 1000});
  }

  void execute(const std::string& sql) {
    const auto done = scenarios::DirectDatabase(world.d1()).query({sql, {}});
    ASSERT_TRUE(done.has_value()) << describe(done.error());
  }

  std::set<std::string> violated() {
    std::set<std::string> names;
    for (const Violation& violation : judge(aftermath)) names.insert(violation.invariant);
    return names;
  }

  sim::FaultPlan no_faults;
  scenarios::World world{scenarios::WorldOptions{}, no_faults};
  StormCase played;
  Aftermath aftermath{played, world, {}, {}, {}, false, {}, {}};
};

TEST_F(Invariants, AllHoldInAGoodEnd) {
  for (const Violation& violation : judge(aftermath)) {
    ADD_FAILURE() << violation.invariant << " " << violation.about << ": " << violation.text;
  }
}

TEST_F(Invariants, AMigrationThatNeverEndsViolatesLiveness) {
  aftermath.finished = false;
  EXPECT_THAT(violated(), Contains("liveness"));
}

TEST_F(Invariants, AKeyWithoutAFateViolatesConservation) {
  execute("UPDATE MigrationRuns SET inserted = inserted - 1");
  EXPECT_THAT(violated(), Contains("conservation"));
}

TEST_F(Invariants, AKeyCountedTwiceViolatesConservation) {
  execute("UPDATE MigrationRuns SET inserted = inserted + 1, listed = listed + 1");
  EXPECT_THAT(violated(), Contains("conservation"));
}

TEST_F(Invariants, CompleteWithSomethingPendingIsNotComplete) {
  execute("UPDATE MigrationRuns SET inserted = inserted - 1, pending = 1");
  EXPECT_THAT(violated(), Contains("complete_means_complete"));
}

TEST_F(Invariants, CompleteWithoutHavingSeenAKeyIsNotComplete) {
  execute("UPDATE MigrationRuns SET inserted = inserted - 1, listed = listed - 1");
  execute("DELETE FROM MigrationOutcomes WHERE key = 'book:isbn:" + scenarios::isbn13_of(5) + "'");
  EXPECT_EQ(violated(), (std::set<std::string>{"complete_means_complete"}));
}

TEST_F(Invariants, AChangedMissingOrAdditionalRowViolatesConvergence) {
  execute("UPDATE Books SET title = 'x' WHERE isbn = '" + scenarios::isbn13_of(5) + "'");
  EXPECT_EQ(violated(), (std::set<std::string>{"convergence"}));
  execute("UPDATE Books SET title = 'Book 5' WHERE isbn = '" + scenarios::isbn13_of(5) + "'");
  EXPECT_THAT(violated(), IsEmpty());
  execute("DELETE FROM Books WHERE isbn = '" + scenarios::isbn13_of(5) + "'");
  EXPECT_EQ(violated(), (std::set<std::string>{"convergence"}));
}

TEST_F(Invariants, ALiveRowThatGoesBackIsALostUpdate) {
  execute("UPDATE Books SET source_time = 999 WHERE origin = 'live'");
  EXPECT_EQ(violated(), (std::set<std::string>{"no_lost_update"}));
  execute("UPDATE Books SET origin = 'backfill', source_time = 1000 WHERE origin = 'live'");
  EXPECT_THAT(violated(), Contains("no_lost_update"));
}

TEST_F(Invariants, AnAnswerThatNobodyEverHeldIsNotTrue) {
  aftermath.live.answers.push_back({scenarios::isbn13_of(1), 200, "\"Book 2\"", {}, {}});
  EXPECT_EQ(violated(), (std::set<std::string>{"true_answers"}));
}

TEST_F(Invariants, A500IsNeverHealthyAndA503OnlyDuringTheStorm) {
  const Duration calm = std::chrono::seconds(played.storm_seconds);
  aftermath.live.answers.push_back({scenarios::isbn13_of(1), 503, "", calm / 2, calm / 2});
  EXPECT_THAT(violated(), IsEmpty());
  const Duration late = calm + std::chrono::seconds(61);
  aftermath.live.answers.push_back({scenarios::isbn13_of(1), 503, "", late, late});
  EXPECT_EQ(violated(), (std::set<std::string>{"health"}));
  aftermath.live.answers.back() = {scenarios::isbn13_of(1), 500, "", calm / 2, calm / 2};
  EXPECT_EQ(violated(), (std::set<std::string>{"health"}));
}

TEST_F(Invariants, AConfirmedEntryThatIsGoneOrOtherIsALostLibrary) {
  execute("UPDATE UserLibrary SET status = 'completed'");
  EXPECT_EQ(violated(), (std::set<std::string>{"no_lost_library"}));
  execute("DELETE FROM UserLibrary");
  EXPECT_EQ(violated(), (std::set<std::string>{"no_lost_library"}));
}

}  // namespace
}  // namespace cutover::chaos
