#include <gtest/gtest.h>

#include "chaos/behaviours.h"
#include "core/ports/random.h"

namespace cutover::chaos {
namespace {

TEST(Behaviours, ARunCountsABehaviourOnce) {
  Behaviours behaviours;
  behaviours.add_run({1, 2});
  behaviours.add_run({2, 3});
  EXPECT_EQ(behaviours.runs(), 2U);
  EXPECT_EQ(behaviours.seen_in(1), 2U);
  EXPECT_EQ(behaviours.seen_in(2), 1U);
}

TEST(Behaviours, OfNoRunNothingIsKnown) {
  EXPECT_EQ(Behaviours{}.estimate().unseen_share, 1);
}

TEST(Behaviours, WhatEveryRunShowsLeavesNothingUnseen) {
  Behaviours behaviours;
  for (int i = 0; i < 100; ++i) behaviours.add_run({1, 2, 3});
  EXPECT_EQ(behaviours.estimate().unseen, 0);
  EXPECT_EQ(behaviours.estimate().next_is_new, 0);
}

// Chao2 with ten runs, six seen once and two seen twice: 0.9 * 6 * 5 / (2 * 3) = 4.5.
TEST(Behaviours, TheEstimateIsChaosAndGoodAndTurings) {
  Behaviours behaviours;
  behaviours.add_run({1, 2, 3, 4, 5, 6, 7, 8});
  behaviours.add_run({7, 8});
  for (int i = 0; i < 8; ++i) behaviours.add_run({});
  EXPECT_DOUBLE_EQ(behaviours.estimate().unseen, 4.5);
  EXPECT_DOUBLE_EQ(behaviours.estimate().unseen_share, 4.5 / 12.5);
  EXPECT_DOUBLE_EQ(behaviours.estimate().next_is_new, 6.0 / 10.0);
}

// A world with 400 behaviours of which a run shows each with a chance of 1 %: after 100 runs about
// 0.99^100 = 36.6 % of them were never seen.
TEST(Behaviours, TheEstimateIsNearTheTruthWhereTheTruthIsKnown) {
  RandomStream random(7, "test");
  Behaviours behaviours;
  for (int run = 0; run < 100; ++run) {
    std::set<std::uint64_t> shown;
    for (std::uint64_t i = 0; i < 400; ++i) {
      if (random.chance(1, 100)) shown.insert(i);
    }
    behaviours.add_run(shown);
  }
  const double unseen_truly = 400.0 - static_cast<double>(behaviours.seen().size());
  EXPECT_NEAR(behaviours.estimate().unseen_share, unseen_truly / 400, 0.1);
}

// More different ones than are kept: the parts' counts still add up to the whole's.
TEST(Behaviours, PartsAddUpExactlyAlsoWhenNotAllAreKept) {
  RandomStream random(1, "test");
  Behaviours whole;
  Behaviours parts[3];
  for (std::size_t run = 0; run < 300; ++run) {
    std::set<std::uint64_t> shown;
    for (int i = 0; i < 200; ++i) shown.insert(random.below(60'000) * 0x9E3779B97F4A7C15ULL);
    whole.add_run(shown);
    parts[run % 3].add_run(shown);
  }
  ASSERT_EQ(whole.seen().size(), Behaviours::kept_max);
  Behaviours sum;
  for (const int part : {2, 0, 1}) sum.add(parts[part]);
  EXPECT_EQ(sum.runs(), whole.runs());
  EXPECT_EQ(sum.seen(), whole.seen());
}

TEST(Behaviours, CountsThatNoRunsCanGiveAreRefused) {
  Behaviours behaviours;
  EXPECT_FALSE(behaviours.restore(3, {{1, 4}}));
  EXPECT_FALSE(behaviours.restore(3, {{1, 0}}));
  EXPECT_TRUE(behaviours.restore(3, {{1, 3}}));
}

}  // namespace
}  // namespace cutover::chaos
