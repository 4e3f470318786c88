// Plans: what a campaign plays instead of what its seeds would draw.

#include "chaos/plan_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "chaos/campaign_report.h"
#include "chaos/certificate.h"

namespace cutover::chaos {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

StormCase small() {
  StormCase base;
  base.keys = 20;
  base.operations = 4;
  return base;
}

CampaignOptions campaign(const StormCase& base, std::uint64_t first, std::uint64_t seeds) {
  CampaignOptions options;
  options.base = base;
  options.first = first;
  options.seeds = seeds;
  options.threads = 1;
  options.twice_one_in = 0;
  return options;
}

StormCase planned(std::string_view toml) {
  auto result = plan_from_toml(toml, small());
  EXPECT_TRUE(result.has_value()) << (result ? "" : result.error());
  return result ? *result : small();
}

std::string error_of(std::string_view toml) {
  const auto result = plan_from_toml(toml, small());
  return result ? "no error" : result.error();
}

TEST(Plan, R8_3_WhatASeedDrawsAndPrintsIsPlayedTheSameFromItsFile) {
  for (std::uint64_t seed = 1; seed <= 8; ++seed) {
    const StormCase again = planned(plan_to_toml(drawn_plan(small(), seed)));
    EXPECT_EQ(again, [&] {
      StormCase drawn = small();
      drawn.plan = drawn_plan(small(), seed).plan;
      drawn.happenings = drawn_plan(small(), seed).happenings;
      return drawn;
    }());
    const CampaignResult drawn = run_campaign(campaign(small(), seed, 1));
    const CampaignResult played = run_campaign(campaign(again, seed, 1));
    EXPECT_EQ(played.digest, drawn.digest) << "seed " << seed;
    EXPECT_EQ(played.faults, drawn.faults);
  }
}

TEST(Plan, R8_3_AnEmptyOneDisturbsNothing) {
  const CampaignResult result = run_campaign(campaign(planned(""), 1, 5));
  EXPECT_EQ(result.faults, 0U);
  EXPECT_EQ(result.failed_runs, 0U);
  for (const auto& [branch, times] : result.reach.branches()) {
    EXPECT_THAT(branch, ::testing::Not(StartsWith("happening"))) << times;
  }
}

TEST(Plan, R8_3_ARateOfZeroGivesTheHistoryOfAWorldWithoutAFaultLayer) {
  const StormCase base = planned("");
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    const StormCase played = draw_case(base, seed);
    faults::Storm nothing(storm_of(played));
    sim::FaultPlan no_layer;
    EXPECT_EQ(StormRun(played, nothing).play().digest, StormRun(played, no_layer).play().digest);
  }
}

TEST(Plan, ABurstHitsItsSiteWhileItLastsAndNothingElse) {
  StormCase base = planned(R"(
[[bursts]]
fault = "overloaded"
per10000 = 5000
from = 2000
until = 9000
site = "d1.query"
role = "migrator"
)");
  faults::Storm storm(storm_of(draw_case(base, 3)));
  sim::Process migrator(1, "migrator", 1);
  sim::Process writer(2, "writer-1", 1);
  std::map<std::string, int> hits;
  for (int ms = 0; ms < 12'000; ms += 10) {
    for (const sim::Process* process : {&migrator, &writer}) {
      for (const std::string_view site : {"d1.query", "d1.batch"}) {
        sim::Call call;
        call.service = Service::d1;
        call.site = site;
        const bool hit =
            !storm.decide(*process, call, 0, std::chrono::milliseconds(ms)).name.empty();
        const bool within = ms >= 2000 && ms < 9000;
        hits[process->role() + " " + std::string(site) + (within ? " within" : "")] += hit ? 1 : 0;
      }
    }
  }
  EXPECT_GT(hits["migrator d1.query within"], 300) << "half of 700";
  EXPECT_LT(hits["migrator d1.query within"], 400);
  hits.erase("migrator d1.query within");
  for (const auto& [where, times] : hits) EXPECT_EQ(times, 0) << where;
}

constexpr std::string_view kKillAtTheFirstList = R"(
[[faults]]
role = "migrator"
site = "kv.list"
key = "book:isbn:"
occurrence = 0
fault = "killed_after"

[[faults]]
role = "nobody"
site = "kv.list"
key = "book:isbn:"
fault = "killed_after"
)";

TEST(Plan, AListedFaultHappensInEachStormAndOneWhoseCallNeverComesIsNamed) {
  const CampaignOptions options = campaign(planned(kKillAtTheFirstList), 1, 10);
  const CampaignResult result = run_campaign(options);
  EXPECT_EQ(result.faults, 10U) << "one in each";
  EXPECT_EQ(result.reach.times("planned killed_after: migrator kv.list 'book:isbn:' #0"), 10U);
  EXPECT_THAT(holes_in(result.reach, options.base).branches,
              ::testing::ElementsAre("planned killed_after: nobody kv.list 'book:isbn:' #0"));
}

TEST(Plan, TheReportAndTheCertificateOfACampaignCarryIt) {
  const CampaignOptions options = campaign(planned(kKillAtTheFirstList), 1, 3);
  const CampaignReport report = report_of(options, run_campaign(options), "1.2.3", 2000);
  const auto read = report_from_json(to_json(report));
  ASSERT_TRUE(read.has_value()) << read.error();
  EXPECT_EQ(read->base.plan, options.base.plan);

  Certificate certificate{"1.2.3", "a build", options.base, {}};
  certificate.histories.push_back(play_for_certificate(options.base, 2).certified);
  const auto again = certificate_from_json(to_json(certificate));
  ASSERT_TRUE(again.has_value()) << again.error();
  EXPECT_EQ(*again, certificate);
}

TEST(Plan, ShardsWithDifferentPlansAreNotOneCampaign) {
  CampaignOptions one = campaign(planned(kKillAtTheFirstList), 1, 4);
  CampaignOptions other = campaign(planned("[rates]\nlost_after = 10\n"), 1, 4);
  one.shards = other.shards = 2;
  other.shard = 1;
  const auto merged =
      merge_parts({{"a.json", report_of(one, run_campaign(one), "1.2.3", 2000)},
                   {"b.json", report_of(other, run_campaign(other), "1.2.3", 2000)}});
  ASSERT_FALSE(merged.has_value());
  EXPECT_THAT(merged.error(), HasSubstr("b.json: base.plan"));
}

TEST(Plan, WhatIsWrongInAFileIsNamedWithItsLine) {
  EXPECT_EQ(error_of("[rates]\n\nlost_aftr = 3\n"),
            "line 3: rates.lost_aftr: there is no fault 'lost_aftr'; docs/FAULTS.md has them all");
  EXPECT_EQ(error_of("[rates]\nlost_after = -3\n"),
            "line 2: rates.lost_after: must be a whole number from 0 to 10000");
  EXPECT_EQ(error_of("[rates]\nlost_after = 10001\n"),
            "line 2: rates.lost_after: must be a whole number from 0 to 10000");
  EXPECT_EQ(error_of("[[faults]]\nrole = \"migrator\"\n"), "line 1: faults[0].site: is missing");
  EXPECT_EQ(error_of("\n[[bursts]]\nfault = \"lost_after\"\nper10000 = 1\nfrom = 9\nuntil = 9\n"),
            "line 6: bursts[0].until: must be after from");
  EXPECT_THAT(error_of("[[happenings]]\nat = 1\nwhat = \"outage\"\ntarget = \"d2\"\n"),
              StartsWith("line 4: happenings[0].target: must be kv, d1 or provider"));
  EXPECT_EQ(error_of("rate = 3\n"), "line 1: rate: is not a field that belongs there");
  EXPECT_EQ(error_of("rates = 2026-11-27\n"), "line 1: rates: must be an object");
  EXPECT_THAT(error_of("[rates\n"), StartsWith("line 1: not TOML: "));
  EXPECT_EQ(error_of(std::string(2U << 20, '#')), "the plan is larger than 1 MiB");
}

TEST(Plan, ACaseFileHoldsNoneForItListsWhatHappened) {
  const auto read =
      case_from_json(R"({"cutoverCase":1,"scenario":"migration","seed":1,"plan":{},"faults":[]})");
  ASSERT_FALSE(read.has_value());
  EXPECT_EQ(read.error(), "plan: is not a field that belongs there");
}

}  // namespace
}  // namespace cutover::chaos
