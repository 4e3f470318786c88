// What is drawn while a load runs.
#include "load/distributions.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>

namespace cutover::load {
namespace {

using std::chrono::milliseconds;

TEST(LoadZipf, BooksAreAskedForByTheirRank) {
  const Zipf zipf(1000, 0.8);
  RandomStream random(1, "test");
  std::map<std::size_t, int> drawn;
  constexpr int draws = 200'000;
  for (int i = 0; i < draws; ++i) drawn[zipf.draw(random)] += 1;
  double sum = 0;
  for (std::size_t i = 0; i < 1000; ++i) sum += zipf.share(i);
  EXPECT_NEAR(sum, 1, 1e-9);
  EXPECT_NEAR(zipf.share(0) / zipf.share(9), 6.3096, 1e-3) << "10^0.8";
  for (const std::size_t rank : {0U, 1U, 9U, 99U}) {
    const double expected = zipf.share(rank) * draws;
    // Six standard deviations of a count.
    EXPECT_NEAR(drawn[rank], expected, 6 * std::sqrt(expected)) << "rank " << rank;
  }
  EXPECT_LT(drawn.rbegin()->first, 1000U);
}

TEST(LoadZipf, AnExponentOfZeroMakesAllAlike) {
  const Zipf zipf(4, 0);
  for (std::size_t i = 0; i < 4; ++i) EXPECT_DOUBLE_EQ(zipf.share(i), 0.25);
}

TEST(LoadLognormal, HalfOfAllCallsTakeTheMedianAndOneInTwentyTheP95) {
  const Lognormal model({milliseconds(100), milliseconds(400)});
  RandomStream random(1, "test");
  std::vector<Duration> drawn;
  for (int i = 0; i < 100'001; ++i) drawn.push_back(model.draw(random));
  std::sort(drawn.begin(), drawn.end());
  EXPECT_NEAR(static_cast<double>(drawn[50'000].count()), 100'000, 2'000);
  EXPECT_NEAR(static_cast<double>(drawn[95'000].count()), 400'000, 12'000);
  EXPECT_GT(drawn.front(), Duration{0});
}

TEST(LoadLognormal, AModelWithoutSpreadIsAConstant) {
  RandomStream random(1, "test");
  EXPECT_EQ(Lognormal({milliseconds(7), milliseconds(7)}).draw(random), milliseconds(7));
  EXPECT_EQ(Lognormal({Duration{0}, Duration{0}}).draw(random), Duration{0});
}

TEST(LoadLognormal, TheNormalQuantileIsTheTables) {
  EXPECT_NEAR(normal_quantile(0.5), 0, 1e-6);
  EXPECT_NEAR(normal_quantile(0.95), 1.644854, 1e-5);
  EXPECT_NEAR(normal_quantile(0.001), -3.090232, 1e-5);
}

}  // namespace
}  // namespace cutover::load
