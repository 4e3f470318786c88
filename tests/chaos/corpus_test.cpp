#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "chaos/campaign.h"

namespace cutover::chaos {
namespace {

using ::testing::HasSubstr;

class Corpus : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto* test = ::testing::UnitTest::GetInstance()->current_test_info();
    folder_ = std::filesystem::temp_directory_path() / (std::string("corpus-") + test->name());
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  void write(const std::string& name, const std::string& text) const {
    std::ofstream(folder_ / name) << text;
  }
  [[nodiscard]] auto read() const { return read_corpus(folder_.string()); }

  std::filesystem::path folder_;
};

const std::string& quiet_case() {
  static const std::string text = [] {
    CaseFile file;
    file.played.keys = 5;
    file.played.writers = 0;
    file.played.readers = 0;
    return to_json(file);
  }();
  return text;
}

TEST_F(Corpus, IsReadInTheOrderOfTheNames) {
  write("b.json", quiet_case());
  write("a.json", quiet_case());
  write("notes.txt", "no case");
  const auto cases = read();
  ASSERT_TRUE(cases.has_value()) << cases.error();
  ASSERT_EQ(cases->size(), 2U);
  EXPECT_EQ(cases->at(0).name, "a.json");
}

TEST_F(Corpus, ABadCaseIsNamedWithItsFile) {
  write("bad.json", R"({"cutoverCase":1,"scenario":"migration"})");
  EXPECT_THAT(read().error(), HasSubstr("bad.json: seed: is missing"));
  EXPECT_THAT(read_corpus((folder_ / "absent").string()).error(),
              HasSubstr("absent: cannot be read as a folder of cases"));
}

TEST_F(Corpus, AFolderWithoutCasesIsAnEmptyCorpus) {
  EXPECT_TRUE(read().value().empty());
}

TEST_F(Corpus, TheProjectsOwnCasesHoldAndTheirDecisionsStillHappen) {
  const auto cases = read_corpus(CUTOVER_SOURCE_DIR "/chaos/corpus");
  ASSERT_TRUE(cases.has_value()) << cases.error();
  EXPECT_GE(cases->size(), 3U);
  for (const CorpusCase& one : *cases) {
    EXPECT_FALSE(play_corpus_case(one).has_value()) << one.name;
    for (const std::string& line : unmatched_in(one)) ADD_FAILURE() << one.name << ": " << line;
  }
}

// D1 never lets anybody have the lease, so nothing is migrated before the run is given up.
TEST_F(Corpus, ACaseThatDoesNotHoldIsARegression) {
  CaseFile file = *case_from_json(quiet_case());
  for (std::uint32_t i = 0; i < 40'000; ++i) {
    file.faults.push_back(
        {{"migrator", "d1.query", "INSERT MigrationLease", i}, faults::Fault::unavailable, 0});
  }
  CampaignOptions options;
  options.seeds = 1;
  options.base = file.played;
  options.corpus = {{"never.json", file}};
  const CampaignResult result = run_campaign(options);
  ASSERT_EQ(result.regressions.size(), 1U);
  EXPECT_EQ(result.regressions[0].name, "never.json");
  EXPECT_FALSE(result.regressions[0].signature.empty());
  EXPECT_EQ(result.failed_runs, 0U) << "the corpus is counted apart from the storms";
}

TEST_F(Corpus, TheShardsOfACampaignShareItOut) {
  CampaignOptions options;
  options.base.keys = 5;
  options.base.operations = 1;
  options.seeds = 3;
  options.shards = 3;
  options.twice_one_in = 0;
  const CaseFile file = *case_from_json(quiet_case());
  options.corpus = {{"a.json", file}, {"b.json", file}, {"c.json", file}, {"d.json", file}};
  CampaignResult sum;
  for (options.shard = 0; options.shard < 3; ++options.shard) {
    const CampaignResult part = run_campaign(options);
    EXPECT_EQ(part.corpus_cases, options.shard == 0 ? 2U : 1U);
    merge(sum, part);
  }
  EXPECT_EQ(sum.corpus_cases, 4U);
  EXPECT_TRUE(sum.regressions.empty());
}

}  // namespace
}  // namespace cutover::chaos
