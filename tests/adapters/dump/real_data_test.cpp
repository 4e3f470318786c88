// Every real dump and library beside the project reads with exactly the counts that its README
// states, and without a problem. Skipped where the data is not there.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <regex>
#include <set>

#include "tests/adapters/dump/test_files.h"

namespace cutover::dump {
namespace {

const std::filesystem::path data_folder = CUTOVER_SOURCE_DIR "/../shared/data";

struct Stated {
  std::string file;
  std::uint64_t count = 0;
  std::uint64_t bytes = 0;
};

// From lines such as "`kv.ndjson.gz`: 3639 records, 3639 distinct keys, 224072 bytes packed".
std::vector<Stated> stated_in(const std::filesystem::path& readme, const std::string& what) {
  std::vector<Stated> stated;
  const std::regex pattern("^`([^`]+)`: ([0-9]+) " + what + ",.* ([0-9]+) bytes packed.*");
  std::ifstream file(readme);
  for (std::string line; std::getline(file, line);) {
    std::smatch match;
    if (!std::regex_match(line, match, pattern)) continue;
    stated.push_back({(readme.parent_path() / match[1].str()).string(), std::stoull(match[2]),
                      std::stoull(match[3])});
  }
  return stated;
}

std::vector<Stated> all_stated(const std::string& what) {
  std::vector<Stated> all;
  for (const auto& entry : std::filesystem::directory_iterator(data_folder)) {
    if (!entry.is_directory()) continue;
    const auto stated = stated_in(entry.path() / "README.md", what);
    all.insert(all.end(), stated.begin(), stated.end());
  }
  return all;
}

std::set<std::string> files_there(const std::string& start) {
  std::set<std::string> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(data_folder)) {
    if (entry.path().filename().string().starts_with(start)) files.insert(entry.path().string());
  }
  return files;
}

class RealData : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(data_folder)) {
      GTEST_SKIP() << "the real data is not there: " << data_folder;
    }
  }
};

TEST_F(RealData, R8_13_EachDumpHasTheRecordsItsReadmeStates) {
  std::set<std::string> seen;
  for (const Stated& stated : all_stated("records")) {
    const ReadDump read = read_dump(stated.file);
    EXPECT_EQ(read.records.size(), stated.count) << stated.file;
    EXPECT_EQ(read.bytes_read, stated.bytes) << stated.file;
    for (const Problem& problem : read.problems) {
      ADD_FAILURE() << stated.file << ": " << problem.where << ": " << problem.reason;
    }
    seen.insert(stated.file);
  }
  EXPECT_EQ(seen, files_there("kv.")) << "every dump is stated and read";
  EXPECT_FALSE(seen.empty());
}

TEST_F(RealData, EachLibraryHasTheRowsItsReadmeStates) {
  std::set<std::string> seen;
  for (const Stated& stated : all_stated("rows")) {
    const ReadLibrary read = read_library(stated.file);
    EXPECT_EQ(read.records.size(), stated.count) << stated.file;
    for (const Problem& problem : read.problems) {
      ADD_FAILURE() << stated.file << ": " << problem.where << ": " << problem.reason;
    }
    seen.insert(stated.file);
  }
  EXPECT_EQ(seen, files_there("user_library")) << "every library is stated and read";
}

}  // namespace
}  // namespace cutover::dump
