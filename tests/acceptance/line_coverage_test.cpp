// What gcovr's summary says of the core (R4.1).

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "acceptance/line_coverage.h"
#include "tests/adapters/sqlite/temporary_directory.h"

namespace cutover::acceptance {
namespace {

using ::testing::HasSubstr;

std::string summary(const std::string& files) {
  return R"({"root":".","gcovr/summary_format_version":"0.4","files":[)" + files + "]}";
}

std::string file_of(const std::string& name, int all, int run) {
  return R"({"filename":")" + name + R"(","line_total":)" + std::to_string(all) +
         R"(,"line_covered":)" + std::to_string(run) + R"(,"line_percent":1.0})";
}

class CoverageFile : public ::testing::Test {
 protected:
  tl::expected<LineCoverage, std::string> read(const std::string& text) {
    const std::string path = folder_.file("coverage.json");
    std::ofstream(path, std::ios::binary) << text;
    return LineCoverage::read(path);
  }

 private:
  TemporaryDirectory folder_;
};

TEST_F(CoverageFile, R4_1_AFoldersLinesAreThoseOfItsFiles) {
  const auto coverage = read(summary(
      file_of("core/books/isbn.cpp", 10, 9) + "," + file_of("core/migrate/migrator.cpp", 100, 95) +
      "," + file_of("core/migrate/ledger.h", 20, 1) + "," + file_of("core/store/shelf.cpp", 4, 4)));
  ASSERT_TRUE(coverage) << coverage.error();
  EXPECT_EQ(coverage->of("core/migrate/").all, 120U);
  EXPECT_EQ(coverage->of("core/migrate/").run, 96U);
  EXPECT_DOUBLE_EQ(coverage->of("core/migrate/").percent(), 80);
  EXPECT_EQ(coverage->of("core/").all, 134U);
  EXPECT_DOUBLE_EQ(coverage->of("adapters/").percent(), 0);
}

TEST_F(CoverageFile, AFileThatShowsNothingOfAFolderIsAnErrorThatNamesIt) {
  const std::string all =
      file_of("core/books/isbn.cpp", 1, 1) + "," + file_of("core/migrate/migrator.cpp", 1, 1) + ",";
  for (const std::string& text :
       {std::string(), std::string("no json"), std::string("[]"), std::string(R"({"files":{}})"),
        summary(""), summary(all + file_of("core/lookup/miss.cpp", 1, 1)),
        summary(all + file_of("core/store/shelf.cpp", 1, 2)),
        summary(all + R"({"filename":"core/store/shelf.cpp","line_total":"1","line_covered":1})"),
        summary(all + R"({"filename":7,"line_total":1,"line_covered":1})")}) {
    const auto coverage = read(text);
    ASSERT_FALSE(coverage) << text;
    EXPECT_THAT(coverage.error(), HasSubstr("coverage.json")) << text;
  }
  EXPECT_THAT(LineCoverage::read("/nowhere/coverage.json").error(), HasSubstr("/nowhere"));
}

}  // namespace
}  // namespace cutover::acceptance
