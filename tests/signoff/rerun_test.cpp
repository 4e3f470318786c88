#include "signoff/rerun.h"

#include <gmock/gmock.h>

#include <set>

#include "chaos/certificate.h"
#include "chaos/storm_case.h"

namespace cutover::signoff {
namespace {

using reports::Verdict;
using testing::HasSubstr;

std::vector<SeededRun> runs(std::uint64_t count) {
  std::vector<SeededRun> list;
  for (std::uint64_t seed = 1; seed <= count; ++seed) list.push_back({"migration", seed, "d", ""});
  return list;
}

TEST(Rerun, TheSampleIsOfDifferentRunsAndDependsOnTheSeedAlone) {
  const auto first = sample_of(runs(100), 10, 7);
  EXPECT_EQ(first, sample_of(runs(100), 10, 7));
  EXPECT_NE(first, sample_of(runs(100), 10, 8));
  std::set<std::uint64_t> seeds;
  for (const SeededRun& run : first) seeds.insert(run.seed);
  EXPECT_EQ(seeds.size(), 10U);
  EXPECT_EQ(sample_of(runs(3), 10, 7), runs(3)) << "all, when there are not so many";
  EXPECT_TRUE(sample_of({}, 10, 7).empty());
}

TEST(Rerun, EveryRunCanBeChosen) {
  std::set<std::uint64_t> seen;
  for (std::uint64_t seed = 0; seed < 200; ++seed)
    seen.insert(sample_of(runs(10), 1, seed)[0].seed);
  EXPECT_EQ(seen.size(), 10U);
}

TEST(Rerun, AnotherDigestIsAFailOfTheSameVersionAndUnknownOfAnother) {
  const SeededRun run{"migration", 5, "aaaa", "rm -rf /"};
  const auto gives = [](const char* digest) {
    return [digest](const SeededRun&) -> tl::expected<std::string, std::string> { return digest; };
  };
  EXPECT_EQ(rerun(run, gives("aaaa"), true).verdict, Verdict::pass);
  EXPECT_EQ(rerun(run, gives("aaaa"), false).verdict, Verdict::pass);
  EXPECT_EQ(rerun(run, gives("bbbb"), true).verdict, Verdict::fail);
  EXPECT_EQ(rerun(run, gives("bbbb"), false).verdict, Verdict::unknown);
  EXPECT_THAT(rerun(run, gives("bbbb"), true).text, HasSubstr("the report says aaaa"));
}

TEST(Rerun, AStormGivesTheDigestThatACertificateHasOfIt) {
  const auto base = case_of(*chaos::scenario_named("migration"));
  const std::string digest = chaos::play_for_certificate(base, 42).certified.digest;
  EXPECT_EQ(play_storm({"migration", 42, "", ""}).value(), digest);
  EXPECT_NE(play_storm({"migration", 43, "", ""}).value(), digest);
}

TEST(Rerun, WhatCannotBePlayedIsUnknown) {
  const Check check = rerun({"nonsense\n", 5, "aaaa", ""}, play_storm, true);
  EXPECT_EQ(check.verdict, Verdict::unknown);
  EXPECT_EQ(check.text, "nonsense\\n: there is no such scenario");
}

}  // namespace
}  // namespace cutover::signoff
