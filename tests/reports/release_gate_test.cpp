// The workflows of ops/ci: well-formed, and gates. A gate that swallows the verdict is none.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <yaml-cpp/yaml.h>

#include <string>
#include <vector>

namespace cutover::reports {
namespace {

using testing::Contains;
using testing::HasSubstr;

YAML::Node workflow(const std::string& name) {
  return YAML::LoadFile(std::string(CUTOVER_SOURCE_DIR) + "/ops/ci/" + name);
}

std::vector<std::string> texts_of(const YAML::Node& list) {
  std::vector<std::string> texts;
  for (const YAML::Node& item : list) texts.push_back(item.as<std::string>());
  return texts;
}

TEST(ReleaseGateOnGitHub, LetsVerifysExitCodeDecide_R4_7) {
  const YAML::Node steps = workflow("release-gate.yml")["jobs"]["rehearse"]["steps"];
  std::size_t gates = 0;
  for (const YAML::Node& step : steps) {
    const std::string run = step["run"].as<std::string>("");
    if (run.find("cutover verify") == std::string::npos) continue;
    ++gates;
    EXPECT_EQ(run, "./cutover verify --quiet --out report");
    EXPECT_FALSE(step["continue-on-error"]);
    EXPECT_FALSE(step["if"]);
  }
  EXPECT_EQ(gates, 1U);
  EXPECT_FALSE(workflow("release-gate.yml")["jobs"]["rehearse"]["continue-on-error"]);
}

TEST(ReleaseGateOnGitHub, ShowsTheReportsWhateverTheEnd) {
  std::size_t shown = 0;
  for (const YAML::Node& step : workflow("release-gate.yml")["jobs"]["rehearse"]["steps"]) {
    const std::string text = step["run"].as<std::string>("") + step["uses"].as<std::string>("");
    const bool shows =
        text.find("annotations") != std::string::npos || text.find("upload") != std::string::npos;
    if (!shows) continue;
    EXPECT_THAT(step["if"].as<std::string>(""), HasSubstr("always()"));
    ++shown;
  }
  EXPECT_EQ(shown, 3U);
}

TEST(ReleaseGateOnGitHub, ReleasesOnlyAfterTheRehearsal) {
  const YAML::Node release = workflow("release-gate.yml")["jobs"]["release"];
  EXPECT_EQ(release["needs"].as<std::string>(), "rehearse");
  EXPECT_FALSE(release["if"]) << "a condition would run it after a failure, too";
  for (const char* part : {"name", "on", "permissions"}) {
    EXPECT_TRUE(workflow("release-gate.yml")[part]) << part;
  }
}

TEST(ReleaseGateOnGitLab, LetsVerifysExitCodeDecide_R4_7) {
  const YAML::Node file = workflow("release-gate.gitlab.yml");
  const YAML::Node rehearse = file["rehearse"];
  EXPECT_EQ(texts_of(rehearse["script"]),
            std::vector<std::string>{"./cutover verify --quiet --out report"});
  EXPECT_FALSE(rehearse["allow_failure"]);
  EXPECT_EQ(rehearse["artifacts"]["when"].as<std::string>(), "always");
  EXPECT_EQ(rehearse["artifacts"]["reports"]["junit"].as<std::string>(), "report/junit.xml");
  EXPECT_THAT(texts_of(file["release"]["needs"]), Contains("rehearse"));
  EXPECT_THAT(texts_of(file["stages"]), Contains(rehearse["stage"].as<std::string>()));
  EXPECT_THAT(texts_of(file["stages"]), Contains(file["release"]["stage"].as<std::string>()));
}

}  // namespace
}  // namespace cutover::reports
