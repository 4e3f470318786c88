#include "reports/markdown_report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>

#include "tests/reports/sample_report.h"

namespace cutover::reports {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

TEST(MarkdownReport, SaysTheVerdictFirst) {
  EXPECT_THAT(to_markdown(honest_report()),
              StartsWith("# PASS: acceptance report\n\n**PASS** The dump may go live"));
}

TEST(MarkdownReport, HasItsSectionsInTheOrderOfInterest) {
  const std::string text = to_markdown(honest_report());
  std::size_t last = 0;
  for (const char* section :
       {"## Inputs", "## Criteria", "## What became of each key",
        "## Keys and library rows that became no row of D1", "## Altered or incomplete books",
        "## Steps", "## Queries", "## Requirements", "## Go-live checklist", "## Approvals",
        "## Fault sites", "## Tables", "## Charts", "## The worst run", "## What a green run means",
        "## Runs to repeat", "## Earlier runs", "## What was not covered", "## Reproduce"}) {
    const std::size_t place = text.find(section);
    ASSERT_NE(place, std::string::npos) << section;
    EXPECT_GT(place, last) << section;
    last = place;
  }
}

TEST(MarkdownReport, ShowsFiguresWithTheirLimits) {
  const std::string text = to_markdown(honest_report());
  EXPECT_THAT(text,
              HasSubstr("| R6.5.p95 | API p95 | staging | 41.5 ms | &lt; 500 | +91.7 % | PASS | "
                        "virtual time | `cutover load` |"));
  EXPECT_THAT(text, HasSubstr("| R6.5.hits | KV hit rate | - | 93 % | &gt; 80 | +16.2 % | PASS |"));
  EXPECT_THAT(text, HasSubstr("| D1 is down | 1.2 s | PASS |"));
  EXPECT_THAT(text, HasSubstr("| - | - | then 14 calls |\n| 1.3 s | d1 | does not answer |"));
  EXPECT_THAT(text, HasSubstr("| migration | PASS | 7 keys in 1 batch | 24.0 h | 12.2 ms | 31 |"));
  EXPECT_THAT(text, HasSubstr("```sql\nSELECT isbn\nFROM Books\n```"));
  EXPECT_THAT(text, HasSubstr("```text\nSEARCH Books\nUSE INDEX\n```"));
  EXPECT_THAT(text, HasSubstr("`cutover verify --seed 7`"));
  EXPECT_THAT(text, HasSubstr("1 of 2 were reached"));
  EXPECT_THAT(text, HasSubstr("Never reached:\n\n- `kv.list`"));
  EXPECT_THAT(text, HasSubstr("| QA | **open** |"));
}

TEST(MarkdownReport, NamesTheFileThatHasEveryKey) {
  Report report = honest_report();
  EXPECT_THAT(to_markdown(report),
              HasSubstr("`left-out-keys.csv`, 3 rows, SHA-256 `" + report.files[0].sha256 + "`"));
  report.files[0].left_out = 1200;
  EXPECT_THAT(to_markdown(report), HasSubstr("3 rows, and 1,200 more did not fit, SHA-256"));
}

TEST(MarkdownReport, FatesAddUpToTheListing_R2_14) {
  EXPECT_THAT(to_markdown(honest_report()), HasSubstr("| **Sum** | **7** | = 7 listed |"));
}

TEST(MarkdownReport, SaysWhenFatesDoNotAddUp) {
  Report report = honest_report();
  report.listed = 9;
  const std::string text = to_markdown(report);
  EXPECT_THAT(text, StartsWith("# FAIL")) << "the report itself says pass";
  EXPECT_THAT(text, Not(HasSubstr("= 9 listed")));
  EXPECT_THAT(text, HasSubstr("| **Sum** | **7** | **not equal to 9 listed** |"));
  EXPECT_THAT(text, HasSubstr("**This report contradicts itself.** The report says pass"));
}

TEST(MarkdownReport, ExplainsRejectionsMostFrequentFirst) {
  Report report = honest_report();
  for (int number = 0; number < 30; ++number) {
    add_finding(report.rejections, {"k" + std::to_string(number), "too_large", "26 MiB"},
                "Too big");
  }
  const std::string text = to_markdown(report);
  EXPECT_THAT(text, HasSubstr("`isbn_malformed`: 2 keys: The key holds no ISBN\n\n"
                              "- `book:isbn:12`: 2 characters\n- `book:isbn:x`: 1 character\n"));
  EXPECT_THAT(text, HasSubstr("- `k9`: 26 MiB\n- and 20 more\n"));
  EXPECT_LT(text.find("`too_large`"), text.find("`isbn_malformed`"));
}

TEST(MarkdownReport, ListsWhatStandsAgainstAPassWithFailuresFirst) {
  Report report = honest_report();
  report.verdict = Verdict::fail;
  report.criteria[0].verdict = Verdict::unknown;
  report.criteria[0].measured = {};
  report.steps[1].verdict = Verdict::fail;
  EXPECT_THAT(to_markdown(report),
              HasSubstr("## What stands against a pass\n\n"
                        "- **FAIL** step smoke test: 3 calls\n"
                        "- **UNKNOWN** criterion R6.5.p95 API p95: not measured, "
                        "limit &lt; 500\n"));
  EXPECT_THAT(to_markdown(honest_report()), Not(HasSubstr("stands against")));
}

TEST(MarkdownReport, ListsRequirementsWithoutAnyEvidenceInOneLine) {
  Report report = honest_report();
  report.verdict = Verdict::unknown;
  report.requirements.push_back({"R1.1", "Schema", Verdict::unknown, {}});
  EXPECT_THAT(to_markdown(report), HasSubstr("- **UNKNOWN** requirement R1.1 Schema: no evidence"))
      << "one alone keeps its title";
  report.requirements.push_back({"R1.2", "Libraries", Verdict::unknown, {}});
  report.requirements[0].verdict = Verdict::unknown;
  EXPECT_THAT(to_markdown(report),
              HasSubstr("## What stands against a pass\n\n"
                        "- **UNKNOWN** requirement R2.4 Upserts idempotently: A second run changed "
                        "0 of 5 rows.\n"
                        "- **UNKNOWN** 2 requirements have no evidence: R1.1, R1.2\n\n"));
}

TEST(MarkdownReport, SaysWhatIsMissingInAnEmptyReport) {
  const std::string text = to_markdown(Report{});
  EXPECT_THAT(text, StartsWith("# UNKNOWN"));
  EXPECT_THAT(text, HasSubstr("No keys were listed."));
  EXPECT_THAT(text, HasSubstr("No criterion was measured."));
  EXPECT_THAT(text, HasSubstr("No command was given."));
}

TEST(MarkdownReport, NamesNoDirectory) {
  Report report = honest_report();
  report.inputs[0].path = "/home/someone/dump.gz";
  EXPECT_THAT(to_markdown(report), Not(HasSubstr("someone")));
}

// The lines outside fenced blocks. A block ends at a line that is its fence and nothing else.
std::vector<std::string> lines_outside_blocks(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  std::string fence;
  for (std::string line; std::getline(stream, line);) {
    const std::size_t ticks = std::min(line.find_first_not_of('`'), line.size());
    if (!fence.empty()) {
      if (line.size() == ticks && ticks >= fence.size()) fence.clear();
    } else if (ticks >= 3) {
      fence = line.substr(0, ticks);
    } else {
      lines.push_back(line);
    }
  }
  EXPECT_EQ(fence, "") << "a block is never closed";
  return lines;
}

// What Markdown reads as structure: cell borders, and the marks that open a block.
std::string skeleton(const std::string& line) {
  std::string result = line.substr(0, line.find_first_not_of("#-> |*"));
  for (std::size_t index = 0; index < line.size(); ++index) {
    if (line[index] == '\\') {
      ++index;
    } else if (line[index] == '|') {
      result += '|';
    }
  }
  return result;
}

void expect_harmless_markdown(const std::string& text) {
  const std::string markdown = to_markdown(report_of(text));
  EXPECT_TRUE(is_utf8(markdown)) << text;
  for (const char character : markdown) {
    const auto byte = static_cast<unsigned char>(character);
    EXPECT_TRUE((byte >= 0x20 && byte != 0x7F) || character == '\n') << text;
  }
  const auto plain = lines_outside_blocks(to_markdown(report_of("plain")));
  const auto lines = lines_outside_blocks(markdown);
  ASSERT_EQ(lines.size(), plain.size()) << text;
  for (std::size_t index = 0; index < lines.size(); ++index) {
    EXPECT_EQ(std::count(lines[index].begin(), lines[index].end(), '<'), 0) << lines[index];
    EXPECT_EQ(skeleton(lines[index]), skeleton(plain[index])) << lines[index];
  }
}

TEST(MarkdownReport, KeepsItsStructureWhateverTheDataSays) {
  for (const std::string& text : hostile_texts()) {
    if (text.find_first_not_of(" ") == text.npos) continue;  // the next test
    expect_harmless_markdown(text);
  }
}

TEST(MarkdownReport, KeepsItsStructureForAnyBytes) {
  for (unsigned number = 0; number < 300; ++number) expect_harmless_markdown("x" + noise(number));
}

TEST(MarkdownReport, ShowsADashForBlankCells) {
  for (const char* blank : {"", "   "}) {
    const std::string text = to_markdown(report_of(blank));
    EXPECT_THAT(text, Not(HasSubstr("|  |"))) << "an empty cell";
    EXPECT_THAT(text, HasSubstr("| - | - |"));
  }
}

TEST(MarkdownReport, CutsLongValuesAndSaysSo) {
  Report report = honest_report();
  report.rejections[0].examples[0].detail = std::string(1'000'000, 'x');
  const std::string text = to_markdown(report);
  EXPECT_LT(text.size(), 20'000u);
  EXPECT_THAT(text, HasSubstr("xxx... (1000000 bytes)"));
}

TEST(MarkdownReport, ShowsASentenceThatHoldsAListWhole) {
  Report report = honest_report();
  std::string list = "59 requirements without evidence: R0.1";
  for (int number = 2; number < 150; ++number) list += ", R0." + std::to_string(number);
  report.not_covered = {list};
  EXPECT_THAT(to_markdown(report), HasSubstr("- " + list + "\n"));
}

TEST(MarkdownReport, RoundsFiguresThatPeopleRead) {
  Report report = honest_report();
  report.listed = 27'109;
  report.fates = {{"inserted", 27'109, "a new row"}};
  report.criteria[1].measured = 96.69811320754717;
  const std::string text = to_markdown(report);
  EXPECT_THAT(text, HasSubstr("| 96.7 % |"));
  EXPECT_THAT(text, HasSubstr("| **Sum** | **27,109** | = 27,109 listed |"));
}

}  // namespace
}  // namespace cutover::reports
