// That the property of worlds.cpp can fail, and what one gets then: this program is linked with a
// core in which a defect is planted (CMakeLists.txt): a value that could not be read is given up at
// the first attempt. The property must fail, shrink to a world that a person can read, and print a
// case file that fails in the same way when it is played again.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "chaos/shrink.h"
#include "property-tests/worlds/play.h"

namespace cutover::worlds {
namespace {

constexpr const char* case_path = "planted-world-case.json";

std::string read(const char* path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

TEST(WorldsWithADefect, R8_4_TheSmallestWorldIsPrintedAndItsCaseFileFailsInTheSameWay) {
  ASSERT_EQ(setenv("CUTOVER_WORLD_CASE", case_path, 1), 0);
  rc::detail::TestParams params;
  params.seed = 1;
  params.maxSuccess = 20'000;  // some hundreds are enough, as a rule
  const auto result = rc::detail::checkTestable(
      [](const DrawnWorld& drawn) {
        const Played played = play(drawn);
        if (!played.holds()) RC_FAIL(report(played));
      },
      rc::detail::TestMetadata(), params);
  ASSERT_TRUE(result.is<rc::detail::FailureResult>()) << "the planted defect was not noticed";
  const auto& failure = result.get<rc::detail::FailureResult>();
  SCOPED_TRACE(failure.description);

  const std::string json = case_in(failure.description);
  EXPECT_EQ(json + "\n", read(case_path)) << "the file is that of the smallest world";
  const auto file = chaos::case_from_json(json);
  ASSERT_TRUE(file.has_value()) << file.error();
  const chaos::StormResult again = chaos::replay(*file);
  EXPECT_EQ(again.digest, file->digest);
  EXPECT_EQ(again.signature(), file->signature);
  EXPECT_NE(file->signature, "");
  EXPECT_NE(failure.description.find("the model: D1 has no row "), std::string::npos)
      << "the model notices it too";

  // One bad moment of KV is all that it takes.
  const std::size_t decisions = file->played.happenings.size() + file->faults.size();
  EXPECT_GE(decisions, 1U);
  EXPECT_LE(decisions, 3U);
  EXPECT_LE(file->played.keys, 3U);
  EXPECT_EQ(file->played.isolates, 0U);
}

}  // namespace
}  // namespace cutover::worlds
