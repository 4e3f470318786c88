#include "reports/ci_report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>
#include <string>
#include <vector>

#include "tests/reports/sample_report.h"

namespace cutover::reports {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

Report failed_report() {
  Report report = honest_report();
  report.verdict = Verdict::fail;
  report.headline = "Not met: API p95.";
  report.criteria[0].verdict = Verdict::fail;
  report.criteria[0].measured = 612.0;
  report.requirements[0].verdict = Verdict::unknown;
  return report;
}

TEST(Summary, HasTheVerdictWhatFailedAndWhereTheRestIs) {
  const std::string text = to_summary(failed_report());
  EXPECT_THAT(text, StartsWith("## FAIL: cutover\n\nNot met: API p95.\n\n"
                               "- **FAIL** criterion R6.5.p95 API p95: 612 ms, limit &lt; 500\n"
                               "- **UNKNOWN** requirement R2.4"));
  EXPECT_THAT(text, HasSubstr("| API p95 | 612 ms | &lt; 500 | -22.4 % | FAIL |"));
  EXPECT_THAT(text, HasSubstr("report.html"));
  EXPECT_THAT(text, HasSubstr("`cutover verify --dump google-7k.ndjson.gz"));
}

TEST(Summary, IsShorterThanWhatGitHubTakesWhateverTheReportSays) {
  Report report = report_of(std::string(5000, '<'));
  report.steps.assign(300, report.steps[0]);
  report.criteria.assign(300, report.criteria[0]);
  report.requirements.assign(300, report.requirements[0]);
  EXPECT_LT(to_summary(report).size(), std::size_t{1} << 20);
  EXPECT_THAT(to_summary(report), HasSubstr("more\n"));
}

TEST(Annotations, AreAnErrorForEachFailAndAWarningForEachUnknown) {
  EXPECT_THAT(lines_of(to_annotations(failed_report())),
              ElementsAre("::error title=criterion R6.5.p95 API p95::612 ms, limit < 500",
                          StartsWith("::warning title=requirement R2.4 Upserts idempotently::")));
}

TEST(Annotations, AreOneWarningForAllRequirementsWithoutEvidence) {
  Report report = honest_report();
  report.verdict = Verdict::unknown;
  report.requirements = {{"R1.1", "a", Verdict::unknown, {}}, {"R1.2", "b", Verdict::unknown, {}}};
  EXPECT_THAT(lines_of(to_annotations(report)),
              ElementsAre("::warning title=2 requirements have no evidence::R1.1, R1.2"));
}

TEST(Annotations, OfAPassAreOneNotice) {
  EXPECT_THAT(lines_of(to_annotations(honest_report())),
              ElementsAre("::notice title=cutover%3A PASS::The dump may go live: 7 of 7 keys have "
                          "a fate."));
}

TEST(Annotations, OfAnEmptyReportAreNotGreen) {
  EXPECT_THAT(to_annotations(Report{}), StartsWith("::warning title=cutover%3A UNKNOWN::"));
}

TEST(Annotations, AreNoMoreThanGitHubShows) {
  Report report = failed_report();
  report.steps.assign(50, {"s", Verdict::fail, "w", {}, {}, 0});
  const auto lines = lines_of(to_annotations(report));
  EXPECT_EQ(std::count_if(lines.begin(), lines.end(),
                          [](const std::string& line) { return line.starts_with("::error"); }),
            10);
  EXPECT_EQ(lines.back(), "::notice title=cutover::41 more are in report.html");
}

// Each line is one of ours, and nothing in it ends the title or starts another command.
void expect_harmless_command(const std::string& text) {
  const std::string all = to_annotations(report_of(text));
  EXPECT_TRUE(is_utf8(all));
  for (const std::string& line : lines_of(all)) {
    EXPECT_TRUE(line.starts_with("::error title=") || line.starts_with("::warning title=") ||
                line.starts_with("::notice title="))
        << line;
    const std::size_t title = line.find("title=") + 6;
    const std::string rest = line.substr(title);
    const std::string before_end = rest.substr(0, rest.find("::"));
    EXPECT_EQ(before_end.find(','), std::string::npos) << line;
    EXPECT_EQ(line.find('\r'), std::string::npos) << line;
    for (std::size_t place = line.find('%'); place != std::string::npos;
         place = line.find('%', place + 1)) {
      EXPECT_THAT(line.substr(place, 3), testing::AnyOf("%25", "%3A", "%2C")) << line;
    }
  }
}

TEST(Annotations, CannotBeMadeToSayAnything) {
  for (const std::string& text : hostile_texts()) expect_harmless_command(text);
  for (unsigned number = 0; number < 200; ++number) expect_harmless_command(noise(number));
  expect_harmless_command("a%0A::set-output name=x::y, z: 100 %");
  EXPECT_THAT(to_annotations(report_of("x\n::add-mask::y")), Not(HasSubstr("\n::add-mask")));
}

}  // namespace
}  // namespace cutover::reports
