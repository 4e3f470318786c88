// Shards of a campaign are the campaign: their reports add up to the document of the whole.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "chaos/campaign_report.h"

namespace cutover::chaos {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;

CampaignOptions options_of(std::uint64_t shard, std::uint64_t shards) {
  CampaignOptions options;
  options.base.keys = 20;
  options.base.operations = 4;
  options.first = 5;
  options.seeds = 17;
  options.shard = shard;
  options.shards = shards;
  options.threads = 2;
  options.twice_one_in = 6;
  return options;
}

CampaignReport play(const CampaignOptions& options) {
  return report_of(options, run_campaign(options), "1.2.3", 2000);
}

const CampaignReport& whole() {
  static const CampaignReport report = play(options_of(0, 1));
  return report;
}

// The shards' reports, each through its JSON, as from a file.
std::vector<ReportPart> shards(std::uint64_t count) {
  std::vector<ReportPart> parts;
  for (std::uint64_t shard = 0; shard < count; ++shard) {
    const auto read = report_from_json(to_json(play(options_of(shard, count))));
    EXPECT_TRUE(read.has_value()) << read.error();
    if (read) parts.push_back({"part-" + std::to_string(shard) + ".json", *read});
  }
  return parts;
}

const std::vector<ReportPart>& three_shards() {
  static const std::vector<ReportPart> parts = shards(3);
  return parts;
}

json without_seconds(const CampaignReport& report) {
  json document = json::parse(to_json(report));
  document.erase("seconds");
  document.erase("runsPerSecond");
  return document;
}

// A violation in every run of some seeds, so that failures can be merged.
CampaignReport with_failure(CampaignReport report, std::uint64_t seed, std::uint64_t storms) {
  FoundFailure failure;
  failure.file.played = draw_case(report.base, seed);
  failure.file.signature = "conservation+order";
  failure.file.digest = "00";
  failure.violations = {{"conservation", "book:isbn:1", "was lost"}};
  failure.violations_found = 3;
  failure.storms = storms;
  report.result.failures.emplace(failure.file.signature, failure);
  report.result.failed_runs = storms;
  return report;
}

TEST(CampaignReport, R8_9_ShardsAddUpToTheReportOfTheWholeCampaign) {
  for (const std::uint64_t count : {1U, 3U}) {
    const auto merged = merge_parts(count == 3 ? three_shards() : shards(count));
    ASSERT_TRUE(merged.has_value()) << merged.error();
    EXPECT_EQ(without_seconds(*merged), without_seconds(whole())) << count << " shards";
  }
}

TEST(CampaignReport, TheOrderOfThePartsDoesNotMatter) {
  std::vector<ReportPart> parts = three_shards();
  const auto one = merge_parts(parts);
  std::reverse(parts.begin(), parts.end());
  EXPECT_EQ(without_seconds(*one), without_seconds(*merge_parts(parts)));
}

TEST(CampaignReport, OfOneWayToFailTheSmallestSeedIsKeptAndTheStormsAdded) {
  std::vector<ReportPart> parts = three_shards();
  parts[0].report = with_failure(parts[0].report, 12, 2);
  parts[1].report = with_failure(parts[1].report, 7, 1);
  for (ReportPart& part : parts) {
    const auto read = report_from_json(to_json(part.report));
    ASSERT_TRUE(read.has_value()) << read.error();
    part.report = *read;
  }
  const auto merged = merge_parts(parts);
  ASSERT_TRUE(merged.has_value()) << merged.error();
  ASSERT_EQ(merged->result.failures.size(), 1U);
  const FoundFailure& failure = merged->result.failures.begin()->second;
  EXPECT_EQ(failure.file.played.seed, 7U);
  EXPECT_EQ(failure.storms, 3U);
  EXPECT_EQ(merged->result.failed_runs, 3U);
  EXPECT_EQ(judge_campaign(*merged).verdict, CampaignVerdict::fail);
}

TEST(CampaignReport, R8_15_PartsOfDifferentCampaignsAreRefusedWithTheFileAndTheField) {
  const auto error_of = [](const auto& change) {
    std::vector<ReportPart> parts = three_shards();
    change(parts[1].report);
    return merge_parts(parts).error();
  };
  EXPECT_THAT(error_of([](auto& part) { part.program = "2"; }), HasSubstr("part-1.json: program:"));
  EXPECT_THAT(error_of([](auto& part) { part.base.keys = 21; }),
              HasSubstr("part-1.json: base.world.keys: is not as in part-0.json"));
  EXPECT_THAT(error_of([](auto& part) { part.first = 6; }), HasSubstr("part-1.json: first:"));
  EXPECT_THAT(error_of([](auto& part) { part.seeds = 18; }), HasSubstr("part-1.json: seeds:"));
  EXPECT_THAT(error_of([](auto& part) { part.shards = 4; }), HasSubstr("part-1.json: shards:"));
  EXPECT_THAT(error_of([](auto& part) { part.twice_one_in = 0; }),
              HasSubstr("part-1.json: twiceOneIn:"));
  EXPECT_THAT(error_of([](auto& part) { part.shard = 0; }),
              HasSubstr("part-1.json: shard: 0 of 3 was played by part-0.json too"));
}

TEST(CampaignReport, AMissingShardIsNamed) {
  std::vector<ReportPart> parts = three_shards();
  parts.erase(parts.begin() + 1);
  EXPECT_EQ(merge_parts(parts).error(), "shard 1 of 3 is missing");
  parts.erase(parts.begin());
  EXPECT_EQ(merge_parts(parts).error(), "shard 0 of 3 is missing, and 1 more");
}

TEST(CampaignReport, ADocumentThatTheProgramWouldNotHaveWrittenIsRefusedWithTheField) {
  const auto error_of = [](const auto& change) {
    json document = json::parse(to_json(whole()));
    change(document);
    const auto read = report_from_json(document.dump());
    return read ? std::string("it was taken") : read.error();
  };
  EXPECT_EQ(error_of([](json& d) { d.erase("calls"); }), "calls: is missing");
  EXPECT_EQ(error_of([](json& d) { d["cals"] = 1; }), "cals: does not belong there");
  EXPECT_THAT(error_of([](json& d) { d["calls"] = "many"; }), HasSubstr("calls: is \"many\""));
  EXPECT_THAT(error_of([](json& d) { d["calls"] = -1; }), HasSubstr("calls: is -1"));
  EXPECT_THAT(error_of([](json& d) { d["runs"] = 1000; }), HasSubstr("runs: is 1000, but only 17"));
  EXPECT_THAT(error_of([](json& d) { d["verdict"] = "fine"; }), HasSubstr("verdict: is \"fine\""));
  EXPECT_THAT(error_of([](json& d) { d["digest"] = "xyz"; }), HasSubstr("digest: is \"xyz\""));
  EXPECT_THAT(error_of([](json& d) { d["base"]["world"]["keys"] = 0; }),
              HasSubstr("base.world.keys: must be a whole number"));
  EXPECT_THAT(error_of([](json& d) { d["reach"]["sites"]["kv.list"]["faults"]["gremlin"] = 1; }),
              HasSubstr("reach.sites.kv.list.faults.gremlin: does not belong there"));
  EXPECT_THAT(error_of([](json& d) { d["shard"] = 1; }), HasSubstr("shard: is no part"));
  EXPECT_THAT(error_of([](json& d) { d["failedRuns"] = 2; }),
              HasSubstr("failedRuns: is not the sum"));
  EXPECT_THAT(error_of([](json& d) { d["behaviours"]["seen"] = "1:99"; }),
              HasSubstr("behaviours."));
}

TEST(CampaignReport, ASignatureThatIsNoNameCannotBecomeAPath) {
  CampaignReport report = with_failure(whole(), 7, 1);
  FoundFailure failure = report.result.failures.begin()->second;
  failure.file.signature = "../../etc/passwd";
  report.result.failures = {{failure.file.signature, failure}};
  EXPECT_THAT(report_from_json(to_json(report)).error(),
              HasSubstr("failures[0].case.signature: is not a signature"));
}

TEST(CampaignReport, AFailureOfAnotherCampaignIsRefused) {
  EXPECT_THAT(report_from_json(to_json(with_failure(whole(), 500, 1))).error(),
              HasSubstr("failures[0].case: is not a storm of this campaign"));
}

TEST(CampaignReport, TextThatIsNoReportIsRefusedInOneLine) {
  EXPECT_EQ(report_from_json("").error(), "the file is not JSON");
  EXPECT_THAT(report_from_json("{}").error(), HasSubstr("cutoverCampaign: must be 1"));
  EXPECT_EQ(report_from_json(std::string(1'000'000, '[')).error(),
            "the file nests too deep for a campaign report");
  EXPECT_EQ(report_from_json(std::string(17U << 20, ' ')).error(),
            "the file is larger than 16 MiB");
}

TEST(CampaignReport, TheSeedsOfTheShardsAreTheSeedsOfTheWhole) {
  CampaignReport report;
  for (const std::uint64_t first : {0U, 1U, 5U, 7U}) {
    for (const std::uint64_t seeds : {1U, 3U, 4U, 17U}) {
      std::uint64_t sum = 0;
      for (std::uint64_t shard = 0; shard < 4; ++shard) {
        report.first = first;
        report.seeds = seeds;
        report.shard = shard;
        report.shards = 4;
        std::uint64_t counted = 0;
        for (std::uint64_t seed = first; seed < first + seeds; ++seed) {
          counted += seed % 4 == shard ? 1 : 0;
        }
        EXPECT_EQ(report.seeds_of_shard(), counted);
        sum += counted;
      }
      EXPECT_EQ(sum, seeds);
    }
  }
}

}  // namespace
}  // namespace cutover::chaos
