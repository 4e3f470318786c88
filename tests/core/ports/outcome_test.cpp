#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "core/ports/check.h"
#include "core/ports/database.h"
#include "core/ports/outcome.h"

namespace cutover {
namespace {

TEST(Outcome, DescribesAFailureInOneLineForPeople) {
  const Failure failure{Service::d1,
                        "batch",
                        FailureKind::overloaded,
                        true,
                        Duration{0},
                        Effect::not_applied,
                        "D1 DB is overloaded."};
  EXPECT_EQ(describe(failure), "d1 batch: overloaded (not applied): D1 DB is overloaded.");
}

TEST(Outcome, SaysWhenTheEffectIsUnknown) {
  const Failure failure{Service::kv,     "put", FailureKind::connection_lost, true, Duration{0},
                        Effect::unknown, "gone"};
  EXPECT_EQ(describe(failure), "kv put: connection lost (effect unknown): gone");
}

TEST(Outcome, NamesEveryKindDifferently) {
  std::set<std::string_view> names;
  for (int kind = 0; kind <= static_cast<int>(FailureKind::unauthorized); ++kind) {
    names.insert(name_of(static_cast<FailureKind>(kind)));
  }
  EXPECT_EQ(names.size(), 9U);
  EXPECT_FALSE(names.contains("?"));
  EXPECT_EQ(name_of(FailureKind::limit_exceeded), "limit exceeded");
  EXPECT_EQ(name_of(Service::provider), "provider");
}

TEST(Outcome, HoldsAValueOrAFailure) {
  const Outcome<int> value = 7;
  const Outcome<int> failed = Failure{};
  EXPECT_EQ(value.value_or(0), 7);
  EXPECT_FALSE(failed.has_value());
}

TEST(SqlValue, ReadsNumbersOfBothKindsAndNullAsTheFallback) {
  EXPECT_EQ(as_int(std::int64_t{5}), 5);
  EXPECT_EQ(as_int(5.0), 5);
  EXPECT_EQ(as_int(std::monostate{}), 0);
  EXPECT_EQ(as_int(std::monostate{}, -1), -1);
}

TEST(SqlValue, ReadsTextAndNullAsEmptyText) {
  const SqlValue text = std::string("a");
  EXPECT_EQ(as_text(text), "a");
  EXPECT_EQ(as_text(std::monostate{}), "");
  EXPECT_TRUE(is_null(text_or_null("")));
  EXPECT_EQ(text_or_null("x"), SqlValue(std::string("x")));
}

TEST(SqlValueDeathTest, StopsOnAValueOfAnotherType) {
  EXPECT_DEATH(static_cast<void>(as_int(std::string("5"))), "a number was expected");
  EXPECT_DEATH(static_cast<void>(as_text(std::int64_t{5})), "a text was expected");
}

TEST(CheckDeathTest, SaysWhereWhatAndWhyBeforeItStops) {
  EXPECT_DEATH(CUTOVER_CHECK(1 + 1 == 3, "sums are exact"),
               "outcome_test.cpp:[0-9]+: broken invariant: sums are exact\n  1 \\+ 1 == 3");
}

TEST(Check, LetsATrueConditionPass) {
  int evaluated = 0;
  CUTOVER_CHECK(++evaluated == 1, "it is evaluated once");
  EXPECT_EQ(evaluated, 1);
}

}  // namespace
}  // namespace cutover
