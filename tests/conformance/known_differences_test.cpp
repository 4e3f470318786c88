// The list of known differences and the page that explains them name the same ones.
#include "tests/conformance/known_differences.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <regex>
#include <string>
#include <vector>

namespace cutover::conformance {
namespace {

TEST(KnownDifferences, AreTheRowsOfThePageOnFidelity) {
  std::ifstream page(std::string(CUTOVER_SOURCE_DIR) + "/docs/FIDELITY.md");
  // | `name`: what it is about | C | tests | verdict |
  static const std::regex row(R"(\| `([a-z0-9-]+)`: [^|]+\| C.*)");
  std::vector<std::string> explained;
  for (std::string line; std::getline(page, line);) {
    std::smatch cells;
    if (std::regex_match(line, cells, row)) explained.push_back(cells[1]);
  }
  std::vector<std::string> tolerated;
  for (const KnownDifference& known : known_differences()) tolerated.emplace_back(known.name);
  EXPECT_THAT(explained, testing::UnorderedElementsAreArray(tolerated));
}

Difference errors(const std::string& real, const std::string& fake) {
  return {"", {{"error", real}}, {{"error", fake}}};
}

TEST(KnownDifferences, ExplainNothingElse) {
  const Json get = {{"op", "get"}, {"key", "a"}, {"as", "text"}};
  const Json list = {{"op", "list"}, {"prefix", "a"}, {"limit", 5}};
  const Json query = {{"op", "query"}, {"as", "all"}, {"sql", "SELECT 1"}};
  EXPECT_EQ(explanation(get, {"/value", "a", "b"}), nullptr);
  EXPECT_EQ(explanation(list, errors("", "KV GET failed: 400 Invalid cursor.")), nullptr)
      << "it has no cursor";
  EXPECT_EQ(explanation(list, {"/keys/0/name", "a", "b"}), nullptr);
  EXPECT_EQ(explanation(query, {"/meta/changes", 1, 2}), nullptr);
  EXPECT_EQ(explanation(query, {"/rows/0/v", "5", "6"}), nullptr);
  EXPECT_EQ(explanation(query, {"/rows/0/v", 5, 6}), nullptr);
  EXPECT_EQ(explanation(query, errors("D1_ERROR: this", "D1_ERROR: that")), nullptr);
}

}  // namespace
}  // namespace cutover::conformance
