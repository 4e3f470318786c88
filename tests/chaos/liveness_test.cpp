// When a migration must have come to its end.

#include "tests/chaos/good_end.h"

namespace cutover::chaos {
namespace {

using Liveness = GoodEnd;

TEST_F(Liveness, AMigrationThatIsNotOverViolatesIt) {
  aftermath.finished = false;
  EXPECT_EQ(violated(), Names{"liveness"});
  played.migrators = 0;  // and one was started by hand
  EXPECT_EQ(violated(), Names{"liveness"});
}

TEST_F(Liveness, WhereNobodyMigratesNoMigrationMustEnd) {
  aftermath.finished = false;
  aftermath.migration = {};
  played.migrators = 0;
  EXPECT_EQ(violated(), Names{});
  played.migrators = 1;  // and it never so much as began
  EXPECT_EQ(violated(), Names{"liveness"});
}

}  // namespace
}  // namespace cutover::chaos
