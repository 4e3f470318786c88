#include "reports/html/html_report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <pugixml.hpp>
#include <set>
#include <string>

#include "tests/reports/sample_report.h"

namespace cutover::reports {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

// The page, whose body is written so that an XML parser can read it, too.
struct Page {
  explicit Page(const Report& report) : text(to_html(report)) {
    const std::size_t begin = text.find("<body>");
    const std::size_t end = text.find("</body>");
    EXPECT_NE(end, std::string::npos);
    const std::string body = text.substr(begin, end + 7 - begin);
    const auto result = document.load_buffer(body.data(), body.size(), pugi::parse_full);
    EXPECT_TRUE(result) << result.description() << " near " << body.substr(result.offset, 200);
  }

  [[nodiscard]] std::string text_of(const char* path) const {
    std::string all;
    const pugi::xml_node node = document.select_node(path).node();
    for (const auto& found : node.select_nodes(".//text()")) {
      all += std::string(found.node().value()) + " ";
    }
    return all;
  }

  [[nodiscard]] std::size_t count(const char* path) const {
    return document.select_nodes(path).size();
  }

  std::string text;
  pugi::xml_document document;
};

TEST(HtmlReport, SaysTheVerdictAndWhyFirst) {
  const Page page(honest_report());
  EXPECT_THAT(page.text, HasSubstr("<title>PASS: acceptance report</title>"));
  EXPECT_THAT(page.text_of("//h1"), HasSubstr("PASS"));
  EXPECT_THAT(page.text_of("//h1"), HasSubstr("The dump may go live: 7 of 7 keys have a fate."));
}

TEST(HtmlReport, MayAskForNothingAndRunNothing) {
  const std::string text = Page(honest_report()).text;
  EXPECT_THAT(text, HasSubstr("default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'"));
  EXPECT_THAT(text, Not(HasSubstr("<script")));
  EXPECT_THAT(text, Not(HasSubstr("http:")));
  EXPECT_THAT(text, Not(HasSubstr("https:")));
  EXPECT_THAT(text, Not(HasSubstr("url(")));
}

TEST(HtmlReport, ShowsEachThresholdWithItsFigureLimitMarginAndVerdict) {
  const std::string text =
      Page(honest_report()).text_of("//section[@id='thresholds']//tbody/tr[1]");
  for (const char* part :
       {"API p95", "R6.5.p95 in staging", "virtual time", "41.5 ms", "< 500", "+91.7 %", "PASS"}) {
    EXPECT_THAT(text, HasSubstr(part));
  }
}

TEST(HtmlReport, ShowsEverythingThatTheModelHolds) {
  const Page page(honest_report());
  const std::string text = page.text_of("//main");
  for (const char* part : {"Runbook documented",
                           "R. Example",
                           "open",
                           "inserted",
                           "= 7 listed",
                           "isbn_malformed",
                           "book:isbn:12",
                           "title_missing",
                           "API latency",
                           "Shaded: D1 is down, 8 to 21 s",
                           "Drills",
                           "D1 is down",
                           "takes the lease",
                           "then 14 calls",
                           "1.3 s",
                           "seed 7, the longest outage",
                           "7 keys in 1 batch",
                           "SELECT isbn\nFROM Books",
                           "USE INDEX",
                           "R2.4",
                           "A second run changed 0 of 5 rows.",
                           "1 of 2 were reached.",
                           "kv.list",
                           "left-out-keys.csv",
                           ", 3 rows, SHA-256",
                           "0 failures in 300 independent seeds",
                           "The real provider's quota",
                           "2025-11-22T20:26:00Z",
                           "completeness 99.5 %; API p95 not measured",
                           "google-7k.ndjson.gz",
                           "1.5 KiB",
                           "cutover verify --dump google-7k.ndjson.gz",
                           "cutover load",
                           "cutover verify --only drills",
                           "cutover replay case.json",
                           "00ff",
                           "cutover chaos --first 7"}) {
    EXPECT_THAT(text, HasSubstr(part));
  }
  EXPECT_EQ(page.count("//figure/svg"), 2U);
  EXPECT_THAT(page.text_of("//figure[1]//table"), HasSubstr("not measured"));
}

TEST(HtmlReport, ShowsAnUnknownAsOneWithoutAnyColour) {
  Report report = honest_report();
  report.verdict = Verdict::unknown;
  report.criteria[0].verdict = Verdict::unknown;
  report.criteria[0].measured = {};
  const Page page(report);
  EXPECT_THAT(page.text_of("//h1"), HasSubstr("UNKNOWN"));
  const std::string row = page.text_of("//section[@id='thresholds']//tbody/tr[1]");
  EXPECT_THAT(row, HasSubstr("not measured"));
  EXPECT_THAT(row, HasSubstr("UNKNOWN"));
  EXPECT_THAT(row, Not(HasSubstr("PASS")));
  EXPECT_THAT(page.text_of("//section[@id='against']"), HasSubstr("criterion R6.5.p95 API p95"));
}

TEST(HtmlReport, ShowsAFigureBeyondItsLimitAsAFailWhateverTheCriterionSays) {
  Report report = honest_report();
  report.criteria[0].measured = 612.0;
  const Page page(report);
  EXPECT_THAT(page.text_of("//section[@id='thresholds']//tbody/tr[1]"), HasSubstr("FAIL"));
  EXPECT_THAT(page.text_of("//h1"), HasSubstr("FAIL")) << "the report itself says pass";
  EXPECT_THAT(page.text_of("//header"), HasSubstr("This report contradicts itself."));
}

TEST(HtmlReport, ShowsRequirementsWithoutAnyEvidenceAsOneObjection) {
  Report report = honest_report();
  report.verdict = Verdict::unknown;
  for (const char* id : {"R1.1", "R1.2", "R1.3", "R1.4", "R1.5", "R1.6"}) {
    report.requirements.push_back({id, "t", Verdict::unknown, {}});
  }
  const Page page(report);
  EXPECT_EQ(page.count("//section[@id='against']//li"), 1U);
  EXPECT_THAT(page.text_of("//section[@id='against']"),
              HasSubstr("6 requirements have no evidence: R1.1, R1.2, R1.3, R1.4, R1.5, R1.6"));
}

TEST(HtmlReport, SaysWhatIsMissingInAnEmptyReport) {
  const Page page(Report{});
  const std::string text = page.text_of("//main");
  EXPECT_THAT(page.text_of("//h1"), HasSubstr("UNKNOWN"));
  for (const char* part :
       {"No criterion was measured.", "This run filled in no checklist.", "No keys were listed.",
        "There is none.", "None was looked at.", "No command was given."}) {
    EXPECT_THAT(text, HasSubstr(part));
  }
}

TEST(HtmlReport, HasHeadingsInOrderAndLinksThatLead) {
  const Page page(honest_report());
  int last = 1;
  for (const auto& found : page.document.select_nodes("//h1|//h2|//h3|//h4")) {
    const int level = found.node().name()[1] - '0';
    EXPECT_LE(level, last + 1) << found.node().name();
    last = level;
  }
  EXPECT_EQ(page.count("//h1"), 1U);
  std::set<std::string> ids;
  for (const auto& found : page.document.select_nodes("//@id")) {
    EXPECT_TRUE(ids.insert(found.attribute().value()).second) << found.attribute().value();
  }
  std::size_t links = 0;
  for (const auto& found : page.document.select_nodes("//@href")) {
    EXPECT_EQ(ids.count(found.attribute().value() + 1), 1U) << found.attribute().value();
    ++links;
  }
  EXPECT_GT(links, 10U);
  EXPECT_EQ(page.count("//thead//th[not(@scope)]"), 0U);
}

// Names of elements and attributes in order: what a browser makes of the page.
std::string skeleton(const pugi::xml_node& node) {
  std::string result = std::string("<") + node.name();
  for (const pugi::xml_attribute attribute : node.attributes()) {
    result += std::string(" ") + attribute.name();
  }
  for (const pugi::xml_node child : node.children()) {
    if (child.type() == pugi::node_element) result += skeleton(child);
  }
  return result + ">";
}

TEST(HtmlReport, KeepsItsStructureWhateverTheDataSays) {
  const std::string plain = skeleton(Page(report_of("plain")).document);
  for (const std::string& text : hostile_texts()) {
    if (text.find_first_not_of(' ') == text.npos) continue;  // sections that are left out
    const Page page(report_of(text));
    EXPECT_EQ(skeleton(page.document), plain) << text;
    EXPECT_TRUE(is_utf8(page.text)) << text;
  }
}

TEST(HtmlReport, KeepsItsStructureForAnyBytes) {
  const std::string plain = skeleton(Page(report_of("plain")).document);
  for (unsigned number = 0; number < 100; ++number) {
    EXPECT_EQ(skeleton(Page(report_of("x" + noise(number))).document), plain) << number;
  }
}

TEST(HtmlReport, NamesNoDirectory) {
  Report report = honest_report();
  report.inputs[0].path = "/home/someone/dump.gz";
  EXPECT_THAT(to_html(report), Not(HasSubstr("someone")));
}

TEST(HtmlReport, IsSmallHoweverLargeTheReportIs) {
  Report report = report_of(std::string(1000, '"'));
  const Report one = report;
  for (int copies = 0; copies < 400; ++copies) {
    report.criteria.push_back(one.criteria[0]);
    report.requirements.push_back(one.requirements[0]);
    report.requirements.back().evidence.assign(50, one.requirements[0].evidence[0]);
    report.tables.push_back(one.tables[0]);
    report.charts.push_back(one.charts[0]);
    report.charts.back().series[0].points.resize(2000);
    report.rejections.push_back(one.rejections[0]);
    report.not_covered.push_back(one.not_covered[0]);
    report.inputs.push_back(one.inputs[0]);
    report.seeds.push_back(one.seeds[0]);
  }
  const std::string page = to_html(report);
  EXPECT_LE(page.size(), html_bytes_max);
  EXPECT_THAT(page, HasSubstr(" more, in report.json."));
}

TEST(HtmlReport, IsTheSameForTheSameReport) {
  EXPECT_EQ(to_html(honest_report()), to_html(honest_report()));
  EXPECT_THAT(to_html(honest_report()), StartsWith("<!doctype html>\n<html lang=\"en\">"));
}

}  // namespace
}  // namespace cutover::reports
