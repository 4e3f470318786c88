#include "core/migrate/fate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

namespace cutover::migrate {
namespace {

TEST(Fates, EachHasANameAndASentenceOfItsOwn) {
  std::set<std::string_view> names;
  std::set<std::string_view> sentences;
  for (const Fate fate : all_fates) {
    names.insert(name_of(fate));
    sentences.insert(meaning_of(fate));
  }
  EXPECT_EQ(names.size(), fate_count);
  EXPECT_EQ(sentences.size(), fate_count);
  EXPECT_FALSE(names.contains("?"));
  EXPECT_FALSE(sentences.contains("?"));
  EXPECT_EQ(name_of(Fate::superseded), "superseded");
}

TEST(Totals, R2_14_AddUpWhenEveryListedKeyHasOneFate) {
  Totals totals;
  for (const Fate fate : all_fates) totals[fate] = 2;
  totals.listed = 18;
  EXPECT_EQ(totals.sum(), 18);
  EXPECT_TRUE(totals.add_up());
}

TEST(Totals, M13_AKeyWithoutAFateIsNoticed) {
  Totals totals;
  totals.listed = 3;
  totals[Fate::inserted] = 2;
  EXPECT_FALSE(totals.add_up());
  totals[Fate::pending] = 1;
  EXPECT_TRUE(totals.add_up());
  const Totals& same = totals;
  EXPECT_EQ(same[Fate::inserted], 2);
}

}  // namespace
}  // namespace cutover::migrate
