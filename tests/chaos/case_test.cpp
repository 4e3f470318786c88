#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "chaos/campaign.h"
#include "chaos/shrink.h"
#include "fakes/faults/storm.h"

namespace cutover::chaos {
namespace {

using ::testing::HasSubstr;

StormCase small_case(std::uint64_t seed) {
  StormCase played;
  played.seed = seed;
  played.keys = 20;
  played.operations = 6;
  return played;
}

// A storm of this seed, and its case file.
CaseFile stormy(std::uint64_t seed) {
  CaseFile file{small_case(seed), {}, "", ""};
  faults::Storm storm(faults::draw_storm(seed, std::chrono::seconds(file.played.storm_seconds)));
  const StormResult result = StormRun(file.played, storm).play();
  file.faults = storm.taken();
  file.digest = result.digest;
  file.signature = result.signature();
  return file;
}

TEST(CaseFile, R8_5_AStormPlayedAgainFromItsCaseGivesTheSameHistory) {
  std::size_t faults = 0;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const CaseFile file = stormy(seed);
    faults += file.faults.size();
    EXPECT_EQ(replay(file).digest, file.digest) << "seed " << seed;
  }
  EXPECT_GT(faults, 20U);
}

TEST(CaseFile, IsReadBackAsWritten) {
  const CaseFile file = stormy(3);
  const auto read = case_from_json(to_json(file));
  ASSERT_TRUE(read.has_value()) << read.error();
  EXPECT_EQ(*read, file);
}

TEST(CaseFile, MayBeWrittenByHandWithTheEssentialsOnly) {
  const auto file = case_from_json(R"({"cutoverCase":1,"scenario":"migration","seed":1,
      "faults":[{"role":"migrator","site":"kv.list","key":"book:isbn:","fault":"unavailable"}]})");
  ASSERT_TRUE(file.has_value()) << file.error();
  EXPECT_EQ(file->played, StormCase{});
  EXPECT_EQ(file->faults.at(0).address.occurrence, 0U);
  EXPECT_TRUE(replay(*file).violations.empty());
}

TEST(CaseFile, SaysWhatIsWrongAndWhere) {
  const auto error_of = [](std::string_view json) { return case_from_json(json).error(); };
  EXPECT_EQ(error_of("{"), "the file is not JSON");
  EXPECT_EQ(error_of("[]"), "the file: must be an object");
  EXPECT_EQ(error_of(R"({"cutoverCase":1,"scenario":"migration"})"), "seed: is missing");
  EXPECT_EQ(error_of(R"({"cutoverCase":2,"scenario":"migration","seed":1})"),
            "cutoverCase: must be a whole number from 1 to 1");
  EXPECT_EQ(error_of(R"({"cutoverCase":1,"scenario":"nothing","seed":1})"),
            "scenario: there is no scenario 'nothing'");
  EXPECT_EQ(error_of(R"({"cutoverCase":1,"scenario":"migration","seed":1,"world":{"keys":0}})"),
            "world.keys: must be a whole number from 1 to 100000");
  EXPECT_EQ(error_of(R"({"cutoverCase":1,"scenario":"migration","seed":1,"sead":1})"),
            "sead: is not a field of a case file");
  EXPECT_EQ(error_of(R"({"cutoverCase":1,"scenario":"migration","seed":1,
                         "faults":[{"role":"m","key":"","fault":"unavailable"}]})"),
            "faults[0].site: is missing");
  EXPECT_THAT(error_of(R"({"cutoverCase":1,"scenario":"migration","seed":1,
                         "faults":[{"role":"m","site":"s","key":"","fault":"gremlin"}]})"),
              HasSubstr("faults[0].fault: there is no fault 'gremlin'; known are latency_spike"));
}

}  // namespace
}  // namespace cutover::chaos
