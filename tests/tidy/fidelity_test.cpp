// docs/FIDELITY.md stays true: every test that it names exists, and every row says how it compares.
#include <gtest/gtest.h>

#include <filesystem>
#include <regex>
#include <set>
#include <string>

#include "tests/tidy/source_tree.h"

namespace cutover::tidy {
namespace {

// "Suite.Name" of every test in the project.
std::set<std::string> tests_of(const std::vector<SourceFile>& tree) {
  static const std::regex declared(R"((?:TEST|TEST_F|TEST_P|RC_GTEST_PROP)\(\s*(\w+),\s*(\w+))");
  std::set<std::string> tests;
  for (const SourceFile& file : tree) {
    if (!file.path.ends_with("_test.cpp") && !file.path.starts_with("property-tests/")) continue;
    std::string code;
    for (const std::string& line : file.lines) code.append(line).append(1, '\n');
    for (auto it = std::sregex_iterator(code.begin(), code.end(), declared);
         it != std::sregex_iterator(); ++it) {
      tests.insert((*it)[1].str() + "." + (*it)[2].str());
    }
  }
  return tests;
}

TEST(Fidelity, EveryRowNamesTestsThatExistAndAVerdict) {
  const std::vector<SourceFile> tree = read_tree(std::filesystem::path(CUTOVER_SOURCE_DIR));
  const std::set<std::string> tests = tests_of(tree);
  // | behaviour | source | tests | verdict |
  static const std::regex row(
      R"(\|([^|]+)\|([^|]*)\|([^|]*)\| ?(equal|stricter|not modelled)\b.*\|)");
  static const std::regex named(R"(`(\w+\.\w+)`)");
  std::size_t rows = 0;
  for (const SourceFile& file : tree) {
    if (file.path != "docs/FIDELITY.md") continue;
    for (const std::string& line : file.lines) {
      if (!line.starts_with("| ") || line.starts_with("| behaviour")) continue;
      std::smatch cells;
      ASSERT_TRUE(std::regex_match(line, cells, row)) << line;
      ++rows;
      const std::string shown = cells[3];
      std::size_t shown_by = 0;
      for (auto it = std::sregex_iterator(shown.begin(), shown.end(), named);
           it != std::sregex_iterator(); ++it) {
        EXPECT_TRUE(tests.contains((*it)[1])) << (*it)[1] << " does not exist";
        ++shown_by;
      }
      EXPECT_EQ(shown_by == 0, cells[4] == "not modelled") << line;
    }
  }
  EXPECT_GT(rows, 70U);
}

}  // namespace
}  // namespace cutover::tidy
