// The list of requirements holds together with the tests that it names.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <regex>
#include <set>
#include <sstream>

#include "acceptance/test_results.h"
#include "reports/requirement_list.h"

namespace cutover::acceptance {
namespace {

namespace fs = std::filesystem;

std::string text_of(const fs::path& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

void add_matches(const std::string& text, const std::regex& pattern, bool dotted,
                 std::vector<std::string>& names) {
  for (std::sregex_iterator match(text.begin(), text.end(), pattern), end; match != end; ++match) {
    names.push_back(dotted ? (*match)[1].str() + "." + (*match)[2].str() : (*match)[1].str());
  }
}

// Names of all tests of the source tree, as ctest would give them.
const std::vector<std::string>& test_names() {
  static const std::vector<std::string> names = [] {
    const std::regex of_code(
        R"(\b(?:TEST|TEST_F|TEST_P|RC_GTEST_PROP|RC_GTEST_FIXTURE_PROP)\(\s*(\w+),\s*(\w+))");
    const std::regex of_commands(R"re(NAME "(commands: [^"]*)")re");
    std::vector<std::string> all;
    const fs::path root(CUTOVER_SOURCE_DIR);
    for (const char* folder : {"tests", "property-tests"}) {
      for (const auto& entry : fs::recursive_directory_iterator(root / folder)) {
        if (entry.path().extension() == ".cpp") add_matches(text_of(entry), of_code, true, all);
        if (entry.path().filename() == "CMakeLists.txt") {
          add_matches(text_of(entry), of_commands, false, all);
        }
      }
    }
    return all;
  }();
  return names;
}

std::vector<std::string> parts_of(std::string_view parts) {
  std::vector<std::string> all;
  std::istringstream text{std::string(parts)};
  for (std::string part; std::getline(text, part, '|');) all.push_back(part);
  return all;
}

TEST(RequirementList, IdsAreThereOnceAndInOrder) {
  std::set<std::string_view> ids;
  std::pair<int, int> last{-1, 0};
  for (const auto& row : reports::requirement_list()) {
    EXPECT_TRUE(ids.insert(row.id).second) << row.id;
    int group = 0;
    int number = 0;
    ASSERT_EQ(std::sscanf(std::string(row.id).c_str(), "R%d.%d", &group, &number), 2) << row.id;
    EXPECT_LT(last, std::pair(group, number)) << row.id;
    last = {group, number};
    EXPECT_FALSE(row.title.empty()) << row.id;
    EXPECT_EQ(reports::title_of(row.id), row.title);
  }
  EXPECT_TRUE(reports::title_of("R99.1").empty());
}

TEST(RequirementList, EveryNamedTestIsThere) {
  ASSERT_GT(test_names().size(), 1000U);
  for (const auto& row : reports::requirement_list()) {
    for (const std::string& part : parts_of(row.tests)) {
      const bool found =
          std::any_of(test_names().begin(), test_names().end(), [&](const std::string& name) {
            return (name + ".").find(part) != std::string::npos ||
                   // A test of each document is made by a loop.
                   (part.starts_with("commands: every command in ") &&
                    name == "commands: every command in ${document}");
          });
      EXPECT_TRUE(found) << row.id << ": no test's name holds '" << part << "'";
    }
  }
}

}  // namespace
}  // namespace cutover::acceptance
