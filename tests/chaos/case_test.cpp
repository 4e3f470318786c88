#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "chaos/campaign.h"
#include "chaos/shrink.h"
#include "fakes/faults/listed_faults.h"
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

TEST(CaseFile, CarriesHappeningsConditionsAndTheOrderOfTasks) {
  CaseFile file = stormy(3);
  file.played.only = {1, 4};
  file.played.list_lag_seconds = 30;
  file.played.happenings = {{12'500, Happen::outage, "d1", 30}, {20'000, Happen::pause, "", 0}};
  file.played.seeded_schedule = false;
  file.played.deviations = {{"reader-2/main", 5, "migrator/main", 0}};
  const auto read = case_from_json(to_json(file));
  ASSERT_TRUE(read.has_value()) << read.error();
  EXPECT_EQ(*read, file);
}

TEST(CaseFile, R8_3_AListedScheduleGivesTheHistoryOfTheSeededOneThatItWasNotedFrom) {
  std::size_t deviations = 0;
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    CaseFile file = stormy(seed);
    faults::ListedFaults plan(file.faults);
    const StormResult seeded = StormRun(file.played, plan, sim::History::Keep::digest_only,
                                        sim::Scheduler::Mode::fibers, true)
                                   .play();
    EXPECT_EQ(seeded.digest, file.digest) << "noting changes nothing";
    file.played.seeded_schedule = false;
    file.played.deviations = seeded.deviations;
    deviations += seeded.deviations.size();
    const StormResult listed = replay(file);
    EXPECT_EQ(listed.digest, file.digest) << "seed " << seed;
    EXPECT_TRUE(listed.unmatched.empty()) << "seed " << seed;
  }
  EXPECT_GT(deviations, 0U) << "somebody must have gone ahead";
}

TEST(CaseFile, ADeviationAndAHappeningThatFindNothingAreNamed) {
  CaseFile file;
  file.played = case_of(*scenario_named("alone"));
  file.played.keys = 5;
  file.played.happenings = {{10, Happen::evict, "api-9", 0}};
  file.played.seeded_schedule = false;
  file.played.deviations = {{"nobody/main", 1, "migrator/main", 0}};
  const StormResult result = replay(file);
  EXPECT_EQ(result.idle, file.played.happenings);
  EXPECT_EQ(result.unmatched, file.played.deviations);
}

TEST(CaseFile, SaysWhatIsWrongAndWhere) {
  const auto error_of = [](std::string_view json) { return case_from_json(json).error(); };
  EXPECT_EQ(error_of("{"), "the file is not JSON");
  EXPECT_EQ(error_of("[]"), "the file: must be an object");
  EXPECT_EQ(error_of(R"({"cutoverCase":1,"scenario":"migration"})"), "seed: is missing");
  EXPECT_EQ(error_of(R"({"cutoverCase":2,"scenario":"migration","seed":1})"),
            "cutoverCase: must be a whole number from 1 to 1");
  EXPECT_THAT(error_of(R"({"cutoverCase":1,"scenario":"nothing","seed":1})"),
              HasSubstr("scenario: there is no scenario 'nothing'; known are migration, alone"));
  EXPECT_THAT(error_of(R"({"cutoverCase":1,"scenario":"alone","seed":1,
                         "happenings":[{"at":1,"what":"rain"}]})"),
              HasSubstr("happenings[0].what: there is no happening 'rain'; known are outage"));
  EXPECT_EQ(error_of(R"({"cutoverCase":1,"scenario":"alone","seed":1,
                         "happenings":[{"at":1,"what":"outage","target":"r2"}]})"),
            "happenings[0].target: must be kv, d1 or provider");
  EXPECT_EQ(error_of(R"({"cutoverCase":1,"scenario":"alone","seed":1,
                         "world":{"keys":3,"only":[1,3]}})"),
            "world.only[1]: must be a whole number below keys, 3");
  EXPECT_EQ(error_of(R"({"cutoverCase":1,"scenario":"alone","seed":1,"schedule":[{"turn":1}]})"),
            "schedule[0].first: is missing");
  EXPECT_EQ(error_of(R"({"cutoverCase":1,"scenario":"migration","seed":1,"world":{"keys":0}})"),
            "world.keys: must be a whole number from 1 to 100000");
  EXPECT_EQ(error_of(R"({"cutoverCase":1,"scenario":"migration","seed":1,"sead":1})"),
            "sead: is not a field that belongs there");
  EXPECT_EQ(error_of(R"({"cutoverCase":1,"scenario":"migration","seed":1,
                         "faults":[{"role":"m","key":"","fault":"unavailable"}]})"),
            "faults[0].site: is missing");
  EXPECT_THAT(error_of(R"({"cutoverCase":1,"scenario":"migration","seed":1,
                         "faults":[{"role":"m","site":"s","key":"","fault":"gremlin"}]})"),
              HasSubstr("faults[0].fault: there is no fault 'gremlin'; known are latency_spike"));
}

}  // namespace
}  // namespace cutover::chaos
