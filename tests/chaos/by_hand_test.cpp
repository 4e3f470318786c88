// Happenings that only a case written by hand, or a drawn world, has.

#include <gtest/gtest.h>

#include "chaos/shrink.h"
#include "scenarios/generate.h"

namespace cutover::chaos {
namespace {

CaseFile small_case_file(std::uint64_t seed) {
  CaseFile file;
  file.played = case_of(*scenario_named("alone"));
  file.played.keys = 3;
  file.played.odd_per_mille = 0;
  file.played.seed = seed;
  return file;
}

// Found by property-tests/worlds.cpp: without writers it was compared as if nobody had written.
TEST(CaseFile, ABookThatAHappeningWroteIsLiveTrafficToTheJudges) {
  for (const std::uint64_t at_ms : {0, 300, 10'000}) {
    CaseFile file = small_case_file(1);
    file.played.happenings = {{at_ms, Happen::write_book, scenarios::isbn13_of(1), 7}};
    EXPECT_EQ(replay(file).signature(), "") << "at " << at_ms;
  }
}

// The bookmark is to be taken before, and then both come at once, in any order.
TEST(CaseFile, D1MayBeSetBackInTheWorldsFirstMoment) {
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    CaseFile file = small_case_file(seed);
    file.played.happenings = {{0, Happen::time_travel, "", 1}};
    EXPECT_EQ(replay(file).signature(), "") << "seed " << seed;
  }
}

}  // namespace
}  // namespace cutover::chaos
