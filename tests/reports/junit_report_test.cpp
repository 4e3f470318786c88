#include "reports/junit_report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <pugixml.hpp>
#include <set>

#include "reports/text.h"
#include "tests/reports/sample_report.h"

namespace cutover::reports {
namespace {

using testing::HasSubstr;

struct Parsed {
  explicit Parsed(const Report& report) : text(to_junit(report)) {
    const auto result = document.load_buffer(text.data(), text.size(),
                                             pugi::parse_full | pugi::parse_ws_pcdata_single);
    EXPECT_TRUE(result) << result.description();
  }

  [[nodiscard]] pugi::xml_node suite(const char* name) const {
    return document.child("testsuites").find_child_by_attribute("testsuite", "name", name);
  }

  std::string text;
  pugi::xml_document document;
};

bool is_decimal(const std::string& text) {
  return !text.empty() && text.find_first_not_of("0123456789.") == text.npos &&
         std::count(text.begin(), text.end(), '.') <= 1;
}

void expect_case_shape(pugi::xml_node node) {
  EXPECT_STREQ(node.name(), "testcase");
  EXPECT_STRNE(node.attribute("name").value(), "");
  EXPECT_THAT(node.attribute("classname").value(), HasSubstr("cutover."));
  EXPECT_TRUE(is_decimal(node.attribute("time").value()));
  int problems = 0;
  for (const pugi::xml_node problem : node.children()) {
    const std::set<std::string> allowed = {"failure", "error"};
    EXPECT_TRUE(allowed.count(problem.name())) << problem.name();
    EXPECT_TRUE(problem.attribute("message"));
    EXPECT_STRNE(problem.attribute("type").value(), "");
    ++problems;
  }
  EXPECT_LE(problems, 1);
}

// The part that the schemas of Ant and of Jenkins have in common.
void expect_junit_shape(const pugi::xml_document& document) {
  const pugi::xml_node root = document.document_element();
  EXPECT_STREQ(root.name(), "testsuites");
  int id = 0;
  for (const pugi::xml_node suite : root.children()) {
    EXPECT_STREQ(suite.name(), "testsuite");
    EXPECT_EQ(suite.attribute("id").as_int(-1), id++);
    for (const char* needed : {"name", "package", "hostname", "timestamp"}) {
      EXPECT_STRNE(suite.attribute(needed).value(), "") << needed;
    }
    EXPECT_TRUE(is_decimal(suite.attribute("time").value()));
    int cases = 0;
    int failures = 0;
    int errors = 0;
    EXPECT_STREQ(suite.first_child().name(), "properties");
    EXPECT_STREQ(suite.last_child().name(), "system-err");
    EXPECT_STREQ(suite.last_child().previous_sibling().name(), "system-out");
    for (const pugi::xml_node one : suite.children("testcase")) {
      expect_case_shape(one);
      ++cases;
      failures += one.child("failure") ? 1 : 0;
      errors += one.child("error") ? 1 : 0;
    }
    EXPECT_EQ(suite.attribute("tests").as_int(-1), cases);
    EXPECT_EQ(suite.attribute("failures").as_int(-1), failures);
    EXPECT_EQ(suite.attribute("errors").as_int(-1), errors);
  }
  EXPECT_EQ(id, 5);
}

TEST(JunitReport, HasTheUsualShape) {
  const Parsed parsed(honest_report());
  expect_junit_shape(parsed.document);
  EXPECT_STREQ(parsed.suite("steps").attribute("tests").value(), "2");
  EXPECT_STREQ(parsed.suite("steps").attribute("time").value(), "1.512");
  EXPECT_STREQ(parsed.suite("criteria").attribute("tests").value(), "3");
  EXPECT_STREQ(parsed.suite("report").attribute("timestamp").value(), "2025-11-23T20:26:00");
  EXPECT_FALSE(parsed.document.select_node("//failure"));
  EXPECT_FALSE(parsed.document.select_node("//error"));
}

TEST(JunitReport, ShowsAFailAsAFailureWithItsFigures) {
  Report report = honest_report();
  report.verdict = Verdict::fail;
  report.criteria[0].verdict = Verdict::fail;
  report.criteria[0].measured = 612.0;
  report.criteria[0].note = "slow disk";
  const Parsed parsed(report);
  const pugi::xml_node node = parsed.suite("criteria").child("testcase");
  EXPECT_STREQ(node.attribute("name").value(), "R6.5.p95 API p95");
  EXPECT_STREQ(node.child("failure").attribute("type").value(), "fail");
  EXPECT_STREQ(node.child("failure").attribute("message").value(), "612 ms, limit < 500");
  EXPECT_THAT(node.child("failure").text().get(), HasSubstr("slow disk"));
  EXPECT_STREQ(parsed.suite("criteria").attribute("failures").value(), "1");
}

TEST(JunitReport, DoesNotLetAnUnknownLookGreen) {
  Report report = honest_report();
  report.verdict = Verdict::unknown;
  report.requirements[0].verdict = Verdict::unknown;
  report.requirements[0].evidence = {{"Not run.", "quick", "cutover verify", Verdict::unknown}};
  const Parsed parsed(report);
  const pugi::xml_node node = parsed.suite("requirements").child("testcase").child("error");
  EXPECT_STREQ(node.attribute("type").value(), "unknown");
  EXPECT_STREQ(node.attribute("message").value(), "Not run.");
  EXPECT_THAT(node.text().get(), HasSubstr("reproduce: cutover verify"));
  EXPECT_FALSE(parsed.document.select_node("//skipped"));
  EXPECT_STREQ(parsed.suite("report").attribute("errors").value(), "1");
}

TEST(JunitReport, IsNotGreenWhenNothingWasChecked) {
  const Parsed parsed(Report{});
  expect_junit_shape(parsed.document);
  EXPECT_STREQ(parsed.suite("report").child("testcase").child("error").attribute("type").value(),
               "unknown");
}

TEST(JunitReport, HasACaseForEachRowOfATableThatIsEvidence) {
  Report report = honest_report();
  report.tables[0].rows[0].verdict = Verdict::fail;
  const Parsed parsed(report);
  EXPECT_STREQ(parsed.suite("tables").attribute("tests").value(), "1");
  const pugi::xml_node node = parsed.suite("tables").child("testcase");
  EXPECT_STREQ(node.attribute("name").value(), "drills D1 is down");
  EXPECT_STREQ(node.child("failure").attribute("message").value(), "1.2 s");
}

TEST(JunitReport, FailsWhenTheReportClaimsMoreThanItShows) {
  Report report = honest_report();
  report.listed = 8;
  const Parsed parsed(report);
  EXPECT_STREQ(parsed.suite("report").attribute("failures").value(), "1");
  EXPECT_THAT(parsed.document.select_node("//failure").node().text().get(),
              HasSubstr("The fates add up to 7, but 8 keys were listed."));
}

void expect_harmless_xml(const std::string& text) {
  const Parsed parsed(report_of(text));
  expect_junit_shape(parsed.document);
  EXPECT_TRUE(is_utf8(parsed.text)) << text;
  EXPECT_EQ(xml_text(parsed.text), parsed.text) << "a forbidden character";
  for (std::size_t place = parsed.text.find("&#"); place != std::string::npos;
       place = parsed.text.find("&#", place + 1)) {
    const int code = std::stoi(parsed.text.substr(place + 2, 3));
    EXPECT_TRUE(code == 9 || code == 10 || code == 13) << "a forbidden reference: " << code;
  }
  const pugi::xml_node step = parsed.suite("steps").child("testcase");
  EXPECT_EQ(step.attribute("name").value(), text.empty() ? "(no name)" : xml_text(text));
}

TEST(JunitReport, KeepsItsStructureWhateverTheDataSays) {
  for (std::string text : hostile_texts()) {
    // XML parsers read line ends and tabs in attributes their own way.
    std::replace_if(
        text.begin(), text.end(),
        [](char one) { return one == '\r' || one == '\n' || one == '\t'; }, '_');
    expect_harmless_xml(text);
  }
}

TEST(JunitReport, StaysWellFormedForLineEndsAndAnyBytes) {
  for (const std::string& text : hostile_texts()) {
    expect_junit_shape(Parsed(report_of(text)).document);
  }
  for (unsigned number = 0; number < 300; ++number) {
    expect_junit_shape(Parsed(report_of(noise(number))).document);
  }
}

}  // namespace
}  // namespace cutover::reports
