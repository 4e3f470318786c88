// Each invariant of the end accepts a good end and refuses a bad one, made by hand.
#include "tests/chaos/good_end.h"

namespace cutover::chaos {
namespace {

using ::testing::Contains;
using ::testing::IsEmpty;

class Invariants : public GoodEnd {
 protected:
  Duration storm() const { return std::chrono::seconds(played.storm_seconds); }
  Duration late() const { return storm() + std::chrono::seconds(61); }
};

TEST_F(Invariants, AllHoldInAGoodEnd) {
  for (const Violation& violation : judge(aftermath)) {
    ADD_FAILURE() << violation.invariant << " " << violation.about << ": " << violation.text;
  }
  EXPECT_THAT(watched(), IsEmpty());
}

TEST_F(Invariants, AWorldThatBrokeDownViolatesProgressAndIsNotJudgedFurther) {
  aftermath.broke_down = "a deadlock";
  aftermath.finished = false;
  EXPECT_EQ(violated(), Names{"progress"});
}

TEST_F(Invariants, AMigrationThatNeverEndsViolatesLiveness) {
  aftermath.finished = false;
  EXPECT_EQ(violated(), Names{"liveness"});
}

TEST_F(Invariants, AKeyWithoutAFateViolatesConservation) {
  execute("UPDATE MigrationRuns SET inserted = inserted - 1");
  EXPECT_EQ(violated(), Names{"conservation"});
}

TEST_F(Invariants, AKeyCountedTwiceViolatesConservation) {
  execute("UPDATE MigrationRuns SET inserted = inserted + 1, listed = listed + 1");
  EXPECT_EQ(violated(), Names{"conservation"});
}

TEST_F(Invariants, AKeyCountedUnderAnotherFateViolatesConservation) {
  execute("UPDATE MigrationRuns SET inserted = inserted - 1, empty = empty + 1");
  EXPECT_EQ(violated(), Names{"conservation"});
}

TEST_F(Invariants, CompleteWithSomethingPendingIsNotComplete) {
  execute("UPDATE MigrationRuns SET inserted = inserted - 1, pending = 1");
  execute("UPDATE MigrationOutcomes SET outcome = 'pending' WHERE key = 'book:isbn:" + isbn(5) +
          "'");
  EXPECT_EQ(violated(), Names{"complete_means_complete"});
}

TEST_F(Invariants, CompleteWithoutHavingSeenAKeyIsNotComplete) {
  execute("UPDATE MigrationRuns SET inserted = inserted - 1, listed = listed - 1");
  execute("DELETE FROM MigrationOutcomes WHERE key = 'book:isbn:" + isbn(5) + "'");
  EXPECT_EQ(violated(), Names{"complete_means_complete"});
}

TEST_F(Invariants, ARejectedKeyWithoutItsReasonIsNotComplete) {
  execute("UPDATE MigrationRuns SET inserted = inserted - 1, rejected = 1");
  execute("UPDATE MigrationOutcomes SET outcome = 'rejected' WHERE key = 'book:isbn:" + isbn(5) +
          "'");
  EXPECT_EQ(violated(), Names{"complete_means_complete"});
}

TEST_F(Invariants, AMigratorThatSaysCompleteOverAFailedLedgerIsNotComplete) {
  played.isolates = 0;
  aftermath.live = {};
  execute("UPDATE MigrationRuns SET state = 'failed'");
  EXPECT_THAT(violated(), Contains("complete_means_complete"));
}

TEST_F(Invariants, AChangedMissingOrAdditionalRowViolatesConvergence) {
  execute("UPDATE Books SET title = 'x' WHERE isbn = '" + isbn(5) + "'");
  EXPECT_EQ(violated(), Names{"convergence"});
  execute("UPDATE Books SET title = 'Book 5' WHERE isbn = '" + isbn(5) + "'");
  EXPECT_THAT(violated(), IsEmpty());
  execute("DELETE FROM Books WHERE isbn = '" + isbn(5) + "'");
  EXPECT_EQ(violated(), Names{"convergence"});
}

TEST_F(Invariants, ALiveRowThatGoesBackIsALostUpdate) {
  execute("UPDATE Books SET source_time = 999 WHERE origin = 'live'");
  EXPECT_EQ(violated(), Names{"no_lost_update"});
  execute("UPDATE Books SET origin = 'backfill', source_time = 1000 WHERE origin = 'live'");
  EXPECT_EQ(violated(), Names{"no_lost_update"});
}

TEST_F(Invariants, AnAnswerThatNobodyEverHeldIsNotTrue) {
  answered(isbn(1), 200, {}, "\"Book 2\"");
  EXPECT_EQ(violated(), Names{"true_answers"});
}

TEST_F(Invariants, OneVersionWithTwoLooksIsNotTheSameAnswer) {
  answered(isbn(1), 200, {}, "\"Book 1\"").book = 12;
  EXPECT_EQ(violated(), Names{"same_answer"});
}

TEST_F(Invariants, ABookThatNamesItsOwnSourceIsNotTheSameAnswer) {
  aftermath.live.answers[0].marked = true;
  EXPECT_EQ(violated(), Names{"same_answer"});
}

TEST_F(Invariants, ABookOfTheProviderIsNeverNotFoundUnlessItWasForgotten) {
  aftermath.live.stocked.insert(isbn(1));
  answered(isbn(1), 404);
  EXPECT_EQ(violated(), Names{"not_found"});
  aftermath.live.forgotten.insert(isbn(1));
  EXPECT_THAT(violated(), IsEmpty());
}

TEST_F(Invariants, ABookThatNobodyKnowsIsNotFoundOnceItIsCalm) {
  const std::string nobodys = isbn(50);
  aftermath.live.unknown.insert(nobodys);
  answered(nobodys, 503, storm() / 2);
  answered(nobodys, 404, late());
  EXPECT_THAT(violated(), IsEmpty());
  answered(nobodys, 200, late(), "\"Made up\"");
  EXPECT_THAT(violated(), Contains("not_found"));
}

TEST_F(Invariants, A500IsNeverHealthyAndA503OnlyDuringTheStorm) {
  answered(isbn(1), 503, storm() / 2);
  EXPECT_THAT(violated(), IsEmpty());
  answered(isbn(1), 503, late());
  EXPECT_EQ(violated(), Names{"health"});
  aftermath.live.answers.pop_back();
  answered(isbn(1), 500, storm() / 2);
  EXPECT_EQ(violated(), Names{"health"});
}

TEST_F(Invariants, AnAnswerFromD1InPhaseKvOnlyContradictsThePhase) {
  aftermath.live.answers[0].source = "d1";
  EXPECT_EQ(violated(), Names{"phase"});
  execute(
      "INSERT INTO RolloutAudit (revision, from_phase, from_percent, from_writes_stopped, "
      "to_phase, to_percent, to_writes_stopped, actor, reason, at) "
      "VALUES (1, 'kv_only', 0, 0, 'dual_write', 0, 0, 'a', 'r', 0)");
  EXPECT_THAT(violated(), IsEmpty());
}

TEST_F(Invariants, ABreakerThatIsOpenInTheCalmIsRefused) {
  aftermath.live.open_breakers.push_back("api-1");
  EXPECT_EQ(violated(), Names{"breaker"});
}

TEST_F(Invariants, AConfirmedEntryThatIsGoneIsALostLibrary) {
  execute("DELETE FROM UserLibrary");
  EXPECT_EQ(violated(), Names{"no_lost_library"});
  aftermath.live.shelves.begin()->second.removed = true;
  aftermath.live.shelves.begin()->second.possible = {{}};
  EXPECT_THAT(violated(), IsEmpty());
}

TEST_F(Invariants, AnEntryThatItsUserDidNotMakeSoViolatesTheModel) {
  for (const char* change :
       {"status = 'completed'", "rating = 5", "review = 'x'", "started_at = 1", "user_id = 'v'"}) {
    execute("UPDATE UserLibrary SET " + std::string(change));
    EXPECT_THAT(violated(), Contains("library_model")) << change;
    execute("DELETE FROM UserLibrary");
    execute("INSERT INTO UserLibrary (user_id, isbn, status) VALUES ('u', '" + isbn(2) +
            "', 'want_to_read')");
    EXPECT_THAT(violated(), IsEmpty());
  }
}

TEST_F(Invariants, AWrongStatusViolatesTheContractAndTroubleIsRightOnlyInTheStorm) {
  aftermath.live.exchanges.push_back({"a rating of 6", {400}, false, 400, {}, ""});
  aftermath.live.exchanges.push_back({"GET a shelf", {200}, true, 503, storm() / 2, ""});
  EXPECT_THAT(violated(), IsEmpty());
  aftermath.live.exchanges.push_back({"GET a shelf", {200}, true, 503, late(), ""});
  EXPECT_EQ(violated(), Names{"api_contract"});
  aftermath.live.exchanges.back() = {"a rating of 6", {400}, false, 500, {}, ""};
  EXPECT_EQ(violated(), Names{"api_contract"});
  aftermath.live.exchanges.back() = {"POST an entry", {201}, true, 201, {}, "another answer"};
  EXPECT_EQ(violated(), Names{"api_contract"});
}

TEST_F(Invariants, APageOfAShelfWithWhatWasNotAskedForIsRefused) {
  ShelfPage good;
  good.user = "u";
  good.limit = 5;
  good.items = {{isbn(2), "want_to_read", 4, 100}};
  aftermath.live.pages.push_back(good);
  EXPECT_THAT(violated(), IsEmpty());
  const auto refused = [&](ShelfPage page) {
    aftermath.live.pages = {std::move(page)};
    EXPECT_EQ(violated(), Names{"shelf_pages"});
  };
  ShelfPage bad = good;
  bad.status = "reading";
  refused(bad);
  bad = good;
  bad.rating_min = 5;
  refused(bad);
  bad = good;
  bad.user = "v";
  refused(bad);
  bad = good;
  bad.limit = 0;
  refused(bad);
  bad = good;
  bad.items.push_back(good.items[0]);
  refused(bad);
}

TEST_F(Invariants, AStoredValueInAnErrorOrASecretInAnAnswerViolatesPrivacy) {
  const std::string insert =
      "INSERT INTO MigrationErrors (run_id, key, reason, detail) VALUES ('run-1', '" +
      aftermath.sources[4].key + "', 'malformed', '";
  execute(insert + "at byte 7')");
  EXPECT_THAT(violated(), IsEmpty());
  execute("UPDATE MigrationErrors SET detail = 'in {\"title\":\"Book 4\",'");
  EXPECT_EQ(violated(), Names{"privacy"});
  execute("DELETE FROM MigrationErrors");
  aftermath.live.leaks.push_back({"GET /health", "eyJhbGci"});
  EXPECT_EQ(violated(), Names{"privacy"});
}

}  // namespace
}  // namespace cutover::chaos
