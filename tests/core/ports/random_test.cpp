#include "core/ports/random.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <map>
#include <set>

namespace cutover {
namespace {

using testing::ElementsAre;

std::vector<std::uint64_t> first(RandomStream stream, int count) {
  std::vector<std::uint64_t> numbers;
  for (int i = 0; i < count; ++i) numbers.push_back(stream.next());
  return numbers;
}

// Computed by a program of its own from the published xoshiro256** and SplitMix64.
TEST(RandomStream, GivesTheSameNumbersOnEveryMachine) {
  EXPECT_THAT(first(RandomStream(1, "schedule"), 3),
              ElementsAre(0x5c0f61521399fd89ULL, 0x5789056d15f95ef6ULL, 0x4ce85c91fd4beb18ULL));
  EXPECT_THAT(first(RandomStream(1, "faults"), 3),
              ElementsAre(0x9bee0b39891c2ccdULL, 0x7e1f8e7352cd21d3ULL, 0x572d856903828584ULL));
  EXPECT_THAT(first(RandomStream(2, "schedule"), 3),
              ElementsAre(0x192ad8a82b387db3ULL, 0xf554ab79d35162efULL, 0x88b8fc984abebf27ULL));
}

TEST(RandomStream, DrawingMoreFromOneStreamDoesNotShiftAnother) {
  RandomStream left(7, "left");
  RandomStream right(7, "right");
  for (int i = 0; i < 1000; ++i) static_cast<void>(left.next());
  EXPECT_EQ(right.next(), RandomStream(7, "right").next());
}

TEST(RandomStream, BelowReachesEveryNumberUnderTheBoundAboutEquallyOften) {
  RandomStream random(1, "below");
  std::map<std::uint64_t, int> seen;
  for (int i = 0; i < 7000; ++i) seen[random.below(7)] += 1;
  EXPECT_EQ(seen.size(), 7U);
  EXPECT_EQ(seen.rbegin()->first, 6U);
  for (const auto& [number, times] : seen) EXPECT_NEAR(times, 1000, 150) << number;
  EXPECT_EQ(random.below(1), 0U);
}

TEST(RandomStream, BetweenIncludesBothEnds) {
  RandomStream random(1, "between");
  std::set<std::int64_t> seen;
  for (int i = 0; i < 200; ++i) seen.insert(random.between(-2, 2));
  EXPECT_THAT(seen, ElementsAre(-2, -1, 0, 1, 2));
  EXPECT_EQ(random.between(9, 9), 9);
}

TEST(RandomStream, BetweenCoversTheWholeRangeWithoutOverflow) {
  RandomStream random(1, "wide");
  constexpr std::int64_t low = std::numeric_limits<std::int64_t>::min();
  constexpr std::int64_t high = std::numeric_limits<std::int64_t>::max();
  int negative = 0;
  for (int i = 0; i < 100; ++i) negative += random.between(low, high) < 0 ? 1 : 0;
  EXPECT_GT(negative, 20);
  EXPECT_LT(negative, 80);
}

TEST(RandomStream, ChanceComesTrueAsOftenAsAsked) {
  RandomStream random(1, "chance");
  int hits = 0;
  for (int i = 0; i < 10'000; ++i) hits += random.chance(1, 4) ? 1 : 0;
  EXPECT_NEAR(hits, 2500, 200);
  EXPECT_FALSE(random.chance(0, 4));
  EXPECT_TRUE(random.chance(4, 4));
}

TEST(RandomStreamDeathTest, RefusesEmptyRanges) {
  RandomStream random(1, "empty");
  EXPECT_DEATH(static_cast<void>(random.below(0)), "has no answer");
  EXPECT_DEATH(static_cast<void>(random.between(2, 1)), "no number in it");
}

}  // namespace
}  // namespace cutover
