#include "reports/report_files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <set>

#include "reports/ci_report.h"
#include "reports/html/html_report.h"
#include "reports/json_report.h"
#include "reports/junit_report.h"
#include "reports/markdown_report.h"
#include "reports/sarif_report.h"
#include "tests/reports/sample_report.h"

namespace cutover::reports {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;

class ReportFiles : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (fs::temp_directory_path() / "cutover-reports-XXXXXX").string();
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    directory_ = pattern;
  }
  void TearDown() override { fs::remove_all(directory_); }

  static std::string content(const fs::path& file) {
    std::ifstream stream(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
  }

  static std::set<std::string> names_in(const fs::path& directory) {
    std::set<std::string> names;
    for (const auto& entry : fs::directory_iterator(directory)) {
      names.insert(entry.path().filename().string());
    }
    return names;
  }

  fs::path directory_;
};

TEST_F(ReportFiles, AreWrittenIntoADirectoryThatIsCreated) {
  const fs::path target = directory_ / "a" / "b";
  const WrittenReports written = write_reports(target, honest_report());
  ASSERT_EQ(written.error, "");
  EXPECT_THAT(written.files,
              ElementsAre(target / "junit.xml", target / "report.sarif", target / "summary.md",
                          target / "report.md", target / "report.html", target / "report.json"));
  EXPECT_THAT(names_in(target), ElementsAre("junit.xml", "report.html", "report.json", "report.md",
                                            "report.sarif", "summary.md"));
  EXPECT_EQ(content(target / "report.html"), to_html(honest_report()));
  EXPECT_EQ(content(target / "report.sarif"), to_sarif(honest_report()));
  EXPECT_EQ(content(target / "summary.md"), to_summary(honest_report()));
  EXPECT_EQ(content(target / "report.json"), to_json(honest_report()));
  EXPECT_EQ(content(target / "report.md"), to_markdown(honest_report()));
  EXPECT_EQ(content(target / "junit.xml"), to_junit(honest_report()));
}

TEST_F(ReportFiles, AreWrittenBehindThoseThatTheReportNames) {
  const WrittenReports written =
      write_reports(directory_, honest_report(), {{"left-out-keys.csv", "key\n"}});
  ASSERT_EQ(written.error, "");
  EXPECT_EQ(written.files.front(), directory_ / "left-out-keys.csv");
  EXPECT_EQ(written.files.back(), directory_ / "report.json");
  EXPECT_EQ(written.files.size(), 7U);
  EXPECT_EQ(content(directory_ / "left-out-keys.csv"), "key\n");
}

TEST_F(ReportFiles, ReplaceOlderOnes) {
  ASSERT_EQ(write_reports(directory_, honest_report()).error, "");
  ASSERT_EQ(write_reports(directory_, Report{}).error, "");
  EXPECT_EQ(content(directory_ / "report.json"), to_json(Report{}));
}

TEST_F(ReportFiles, NameTheDirectoryThatCannotBeCreated) {
  std::ofstream(directory_ / "file") << "x";
  const WrittenReports written = write_reports(directory_ / "file" / "below", honest_report());
  EXPECT_TRUE(written.files.empty());
  EXPECT_THAT(written.error, HasSubstr("cannot create the directory"));
  EXPECT_THAT(written.error, HasSubstr((directory_ / "file" / "below").string()));
}

TEST_F(ReportFiles, NameTheFileThatCannotBeReplacedAndLeaveNoTemporaryOne) {
  fs::create_directories(directory_ / "report.md" / "occupied");
  const WrittenReports written = write_reports(directory_, honest_report());
  EXPECT_THAT(written.error,
              HasSubstr("cannot put in place " + (directory_ / "report.md").string()));
  EXPECT_THAT(written.files, ElementsAre(directory_ / "junit.xml", directory_ / "report.sarif",
                                         directory_ / "summary.md"));
  EXPECT_THAT(names_in(directory_),
              ElementsAre("junit.xml", "report.md", "report.sarif", "summary.md"));
}

TEST_F(ReportFiles, ReportAFullDisk) {
  // Every write to this device fails as on a full disk.
  fs::path full = "/dev/full";
  if (!fs::exists(full)) GTEST_SKIP() << "needs /dev/full";
  const std::string name = "junit.xml." + std::to_string(::getpid()) + ".tmp";
  fs::create_symlink(full, directory_ / name);
  const WrittenReports written = write_reports(directory_, honest_report());
  EXPECT_THAT(written.error, HasSubstr("cannot write " + (directory_ / name).string()));
  EXPECT_TRUE(written.files.empty());
  EXPECT_TRUE(names_in(directory_).empty());
}

}  // namespace
}  // namespace cutover::reports
