#include "core/migrate/tolerances.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cutover::migrate {
namespace {

using testing::HasSubstr;

struct Situation {
  std::int64_t books = 0;  // in the source, one key each
  std::int64_t missing = 0;
  std::int64_t differing = 0;
  std::int64_t extra = 0;
  std::int64_t rejected = 0;  // keys about a book that made no row
  std::int64_t empty = 0;
  std::int64_t unreadable = 0;
};

std::vector<ToleranceCheck> checks(const Situation& situation) {
  Totals totals;
  totals.listed = situation.books + situation.rejected + situation.empty;
  totals[Fate::inserted] = situation.books;
  totals[Fate::rejected] = situation.rejected;
  totals[Fate::empty] = situation.empty;
  Comparison comparison;
  comparison.books = situation.books;
  comparison.missing = situation.missing;
  comparison.missing_books = situation.missing;
  comparison.differing = situation.differing;
  comparison.extra = situation.extra;
  comparison.unreadable = situation.unreadable;
  return check_tolerances(totals, comparison);
}

constexpr std::size_t absolute = 0;
constexpr std::size_t relative = 1;
constexpr std::size_t completeness = 2;
constexpr std::size_t unexplained = 3;

std::string verdicts(const Situation& situation) {
  std::string text;
  for (const ToleranceCheck& check : checks(situation)) {
    text += !check.known ? '?' : check.passed ? 'y' : 'n';
  }
  return text;
}

TEST(Tolerances, R2_11_AreFourNamedChecksWithAVerdictEach) {
  const auto all = checks({.books = 100});
  ASSERT_EQ(all.size(), 4U);
  EXPECT_EQ(all[absolute].id, "absolute_difference");
  EXPECT_EQ(all[relative].id, "relative_difference");
  EXPECT_EQ(all[completeness].id, "completeness");
  EXPECT_EQ(all[unexplained].id, "unexplained_differences");
  EXPECT_EQ(verdicts({.books = 100}), "yyyy");
}

TEST(Tolerances, V01_EightKeysWithoutARowPassTheAbsoluteToleranceAndNothingElse) {
  EXPECT_EQ(verdicts({.books = 8, .missing = 8}), "ynnn");
}

TEST(Tolerances, V02_NinetyNineLostOfTenThousandPassOnePerCentButAreNotExplained) {
  EXPECT_EQ(verdicts({.books = 10'000, .missing = 99}), "nyyn");
}

TEST(Tolerances, V03_LostAndExtraRowsDoNotCancelOut) {
  const Situation both{.books = 1000, .missing = 50, .extra = 50};
  EXPECT_EQ(verdicts(both), "nnnn");
  EXPECT_EQ(checks(both)[absolute].measured, 100);
}

TEST(Tolerances, HaveTheirEdgesWhereThePlanPutsThem) {
  EXPECT_EQ(verdicts({.books = 10'000, .missing = 10})[absolute], 'y');
  EXPECT_EQ(verdicts({.books = 10'000, .missing = 11})[absolute], 'n');
  EXPECT_EQ(verdicts({.books = 10'000, .missing = 100})[relative], 'y');
  EXPECT_EQ(verdicts({.books = 10'000, .missing = 101})[relative], 'n');
  EXPECT_EQ(verdicts({.books = 9'901, .rejected = 99})[completeness], 'y');
  EXPECT_EQ(verdicts({.books = 9'900, .rejected = 100})[completeness], 'n') << "above, not at";
}

TEST(Tolerances, EmptyEntriesDoNotCountAgainstCompleteness) {
  const auto all = checks({.books = 10, .empty = 90});
  EXPECT_EQ(all[completeness].measured, 100);
  EXPECT_TRUE(all[completeness].passed);
  EXPECT_THAT(all[completeness].note, HasSubstr("10 of 10"));
}

TEST(Tolerances, OneDifferingColumnIsOneTooMany) {
  EXPECT_EQ(verdicts({.books = 1000, .differing = 1}), "yyyn");
}

TEST(Tolerances, V07_AnEmptySourceHasNoVerdictInsteadOfAPass) {
  EXPECT_EQ(verdicts({}), "????");
}

TEST(Tolerances, KeysThatCouldNotBeReadTakeTheVerdictAway) {
  EXPECT_EQ(verdicts({.books = 100, .unreadable = 1}), "????");
}

TEST(Tolerances, ARunThatDoesNotAddUpIsUnexplained) {
  Totals totals;
  totals.listed = 11;
  totals[Fate::inserted] = 10;
  Comparison comparison;
  comparison.books = 10;
  const auto all = check_tolerances(totals, comparison);
  EXPECT_EQ(all[unexplained].measured, 1);
  EXPECT_FALSE(all[unexplained].passed);
}

}  // namespace
}  // namespace cutover::migrate
