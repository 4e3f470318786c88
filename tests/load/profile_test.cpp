// Profiles as TOML files (R4.3).
#include "load/profile_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

namespace cutover::load {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using ::testing::StartsWith;

std::string text_of(const std::string& name) {
  std::ostringstream text;
  text << std::ifstream(CUTOVER_SOURCE_DIR "/load/profiles/" + name).rdbuf();
  return text.str();
}

std::string error_of(std::string_view text) {
  const auto profile = read_profile(text, "my.toml");
  return profile ? "no error" : profile.error();
}

TEST(LoadProfile, ThePlansFileSaysWhatTheProgramDoesWithoutIt) {
  const auto profile = read_profile(text_of("plan.toml"), "plan.toml");
  ASSERT_TRUE(profile.has_value()) << profile.error();
  EXPECT_EQ(*profile, Profile());
}

TEST(LoadProfile, ThePlanRampsTo50UsersHolds100AndRampsDown) {
  const Stages stages(Profile().stages);
  EXPECT_EQ(stages.length(), minutes(2));
  EXPECT_EQ(stages.target_at(seconds(0)), 0);
  EXPECT_EQ(stages.target_at(seconds(15)), 25);
  EXPECT_EQ(stages.target_at(seconds(30)), 100);
  EXPECT_EQ(stages.target_at(seconds(89)), 100);
  EXPECT_EQ(stages.target_at(seconds(105)), 50);
  EXPECT_EQ(stages.target_at(seconds(120)), 0);
}

TEST(LoadProfile, ADayIsReadToo) {
  const auto profile = read_profile(text_of("day.toml"), "profiles/day.toml");
  ASSERT_TRUE(profile.has_value()) << profile.error();
  EXPECT_EQ(profile->name, "day");
  EXPECT_EQ(profile->executor, Executor::arrivals);
  EXPECT_EQ(Stages(profile->stages).length(), std::chrono::hours(24));
  EXPECT_EQ(profile->thresholds.size(), 7U);
}

TEST(LoadProfile, EveryKeyIsRead) {
  const auto profile = read_profile(R"(
executor = "arrivals"
spacing = "poisson"
think = "250ms"
connections = 7
warm_up = "1s"
popularity = 1.5
stages = [{ duration = "1m30s", target = 2.5 }]
[mix]
search_unknown = 0.25
library_write = 1
[thresholds]
kv_hits = ["rate>0.8", "rate<=1"]
[latency]
kv_cached_ms = [0.5, 2]
d1_ms = [10, 30]
d1_write_statement_ms = 2.5
[simulation]
locations = 2
isolates = 3
kv_share = 0.5
kv_life = "1h"
fresh_books = 9
[[rollout]]
at = "10s"
phase = "d1_reads"
percent = 20
[[rollout]]
at = "20s"
phase = "d1"
)",
                                    "my.toml");
  ASSERT_TRUE(profile.has_value()) << profile.error();
  EXPECT_EQ(profile->name, "my");
  EXPECT_EQ(profile->spacing, Spacing::poisson);
  EXPECT_EQ(profile->think, milliseconds(250));
  EXPECT_EQ(profile->connections, 7U);
  EXPECT_EQ(profile->warm_up, seconds(1));
  EXPECT_EQ(profile->popularity, 1.5);
  EXPECT_EQ(profile->stages, (std::vector<Stage>{{seconds(90), 2.5}}));
  EXPECT_EQ(profile->mix, (Mix{0, 0, 0.25, 0, 1}));
  EXPECT_EQ(profile->thresholds.size(), 2U);
  EXPECT_EQ(profile->latency.kv_cached, (LatencyPair{Duration(500), milliseconds(2)}));
  EXPECT_EQ(profile->latency.d1, (LatencyPair{milliseconds(10), milliseconds(30)}));
  EXPECT_EQ(profile->latency.d1_write, Duration(2500));
  EXPECT_EQ(profile->latency.kv_cold, LatencyModel().kv_cold) << "absent keys keep the default";
  EXPECT_EQ(profile->locations, 2U);
  EXPECT_EQ(profile->isolates, 3U);
  EXPECT_EQ(profile->kv_share, 0.5);
  EXPECT_EQ(profile->kv_life, std::chrono::hours(1));
  EXPECT_EQ(profile->fresh_books, 9U);
  EXPECT_EQ(profile->rollout, (std::vector<RolloutStep>{{seconds(10), rollout::Phase::d1_reads, 20},
                                                        {seconds(20), rollout::Phase::d1, 0}}));
}

TEST(LoadProfile, AMistakeIsNamedWithItsFileLineAndKey) {
  EXPECT_THAT(error_of("executor = 1"), StartsWith("my.toml:1: executor: must be a text"));
  EXPECT_THAT(error_of("\nexecutor = \"k6\""), StartsWith("my.toml:2: executor: must be \"v"));
  EXPECT_THAT(error_of("thinks = \"1s\""), StartsWith("my.toml:1: thinks: there is no such key"));
  EXPECT_THAT(error_of("think = 1"), StartsWith("my.toml:1: think: must be a time such as"));
  EXPECT_THAT(error_of("think = \"1 s\""), StartsWith("my.toml:1: think: '1 s' is not a time"));
  EXPECT_THAT(error_of("think = \"2h\""), StartsWith("my.toml:1: think: must be from 0s to"));
  EXPECT_THAT(error_of("connections = 0"), StartsWith("my.toml:1: connections: must be a whole"));
  EXPECT_THAT(error_of("popularity = nan"), StartsWith("my.toml:1: popularity: must be a number"));
  EXPECT_THAT(error_of("stages = 1"), StartsWith("my.toml:1: stages: must be a list"));
  EXPECT_THAT(error_of("stages = [1]"), StartsWith("my.toml:1: stages: must be a list of tables"));
  EXPECT_THAT(error_of("stages = [{ duration = \"1s\" }]"),
              StartsWith("my.toml:1: stages[0].target: is missing"));
  EXPECT_THAT(error_of("stages = [{ duration = \"1s\", target = 1, x = 2 }]"),
              StartsWith("my.toml:1: stages[0].x: there is no such key"));
  EXPECT_THAT(error_of("stages = []"), StartsWith("my.toml:1: stages: must last longer"));
  EXPECT_THAT(error_of("stages = [{ duration = \"1s\", target = 0 }]"),
              StartsWith("my.toml:1: stages: some target must be above 0"));
  EXPECT_THAT(error_of("stages = [{ duration = \"1s\", target = 1001 }]"),
              StartsWith("my.toml:1: stages[0].target: must be a number from 0 to 1000"));
  EXPECT_THAT(error_of("warm_up = \"2m\""), StartsWith("my.toml:1: warm_up: must be shorter"));
  EXPECT_THAT(error_of("[mix]\nsearch_known = 0"), StartsWith("my.toml:1: mix: some share"));
  EXPECT_THAT(error_of("[mix]\nsearch = 1"), StartsWith("my.toml:2: mix.search: there is no"));
  EXPECT_THAT(error_of("[thresholds]\nhttp_reqs = [\"count\"]"),
              StartsWith("my.toml:2: thresholds.http_reqs: 'count' has no comparison"));
  EXPECT_THAT(error_of("[thresholds]\nhttp_reqs = \"count>1\""),
              StartsWith("my.toml:2: thresholds.http_reqs: must be a list"));
  EXPECT_THAT(error_of("[latency]\nd1_ms = [30, 10]"),
              StartsWith("my.toml:2: latency.d1_ms: must be [median, p95]"));
  EXPECT_THAT(error_of("[latency]\nd1_ms = [30]"), StartsWith("my.toml:2: latency.d1_ms"));
  EXPECT_THAT(error_of("[[rollout]]\nat = \"1s\"\nphase = \"all\""),
              StartsWith("my.toml:3: rollout[0].phase: must be one of"));
  EXPECT_THAT(error_of("[[rollout]]\nat = \"1s\"\nphase = \"d1\"\npercent = 3"),
              StartsWith("my.toml:4: rollout[0].percent: is of the phase d1_reads only"));
  EXPECT_THAT(error_of("a = = b"), StartsWith("my.toml:1: not TOML: "));
  EXPECT_THAT(error_of(std::string(profile_bytes_max + 1, ' ')), StartsWith("my.toml: is larger"));
}

}  // namespace
}  // namespace cutover::load
