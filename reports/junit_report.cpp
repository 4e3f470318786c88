#include "reports/junit_report.h"

#include <fmt/format.h>

#include <cmath>
#include <pugixml.hpp>
#include <sstream>
#include <string_view>
#include <utility>
#include <vector>

#include "reports/figures.h"
#include "reports/text.h"

namespace cutover::reports {

namespace {

struct Case {
  std::string name;
  Verdict verdict = Verdict::unknown;
  std::string message;  // one line
  std::string details;
  double seconds = 0;
};

struct Suite {
  std::string name;
  std::vector<Case> cases;
};

std::string named(const std::string& id, const std::string& name) {
  return id.empty() ? name : id + " " + name;
}

std::string lines_of(const std::vector<Evidence>& evidence) {
  std::string lines;
  for (const Evidence& one : evidence) {
    lines += fmt::format("{}: {} ({})\n", name_of(one.verdict), one.what, one.source);
    if (!one.reproduce.empty()) lines += fmt::format("  reproduce: {}\n", one.reproduce);
  }
  return lines;
}

Suite report_suite(const Report& report) {
  const std::vector<std::string> contradicted = contradictions(report);
  std::string details;
  for (const std::string& sentence : contradicted) details += sentence + "\n";
  Suite suite{"report", {}};
  suite.cases.push_back({"verdict of the run", report.verdict, report.headline,
                         "reproduce: " + report.reproduce + "\n", 0});
  suite.cases.push_back({"the report agrees with itself",
                         contradicted.empty() ? Verdict::pass : Verdict::fail,
                         contradicted.empty() ? "" : contradicted.front(), details, 0});
  return suite;
}

Suite criteria_suite(const std::vector<Criterion>& criteria) {
  Suite suite{"criteria", {}};
  for (const Criterion& criterion : criteria) {
    const std::string message =
        fmt::format("{}, limit {}", measured_text(criterion), criterion.threshold);
    std::string details = criterion.note + "\n";
    if (!criterion.reproduce.empty()) details += "reproduce: " + criterion.reproduce + "\n";
    suite.cases.push_back(
        {named(criterion.id, criterion.name), criterion.verdict, message, details, 0});
  }
  return suite;
}

Suite requirements_suite(const std::vector<Requirement>& requirements) {
  Suite suite{"requirements", {}};
  for (const Requirement& requirement : requirements) {
    suite.cases.push_back({named(requirement.id, requirement.title), requirement.verdict,
                           deciding_sentence(requirement), lines_of(requirement.evidence), 0});
  }
  return suite;
}

Suite steps_suite(const std::vector<Step>& steps) {
  Suite suite{"steps", {}};
  for (const Step& step : steps) {
    const double milliseconds = step.real_ms.value_or(0);
    suite.cases.push_back(
        {step.name, step.verdict, step.what_happened,
         fmt::format("virtual time {}, {} events\n", duration_text(step.virtual_ms), step.events),
         std::isfinite(milliseconds) ? milliseconds / 1'000 : 0});
  }
  return suite;
}

// Rows that are evidence; the others only inform.
Suite tables_suite(const std::vector<Table>& tables) {
  Suite suite{"tables", {}};
  for (const Table& table : tables) {
    for (const TableRow& row : table.rows) {
      if (!row.verdict) continue;
      std::string cells;
      for (std::size_t column = 1; column < row.cells.size(); ++column) {
        cells += (cells.empty() ? "" : "; ") + row.cells[column];
      }
      suite.cases.push_back({named(table.id, row.cells.empty() ? "(no name)" : row.cells[0]),
                             *row.verdict, cells, "reproduce: " + table.reproduce + "\n", 0});
    }
  }
  return suite;
}

void set(pugi::xml_node node, const char* attribute, std::string_view value) {
  node.append_attribute(attribute).set_value(xml_text(value).c_str());
}

std::string seconds_text(double seconds) {
  return fmt::format("{:.3f}", seconds);
}

// Ant's schema allows no zone and no fraction here; the report's own time keeps both.
std::string timestamp_of(std::string_view started) {
  constexpr std::string_view shape = "0000-00-00T00:00:00";
  constexpr std::string_view nothing = "1970-01-01T00:00:00";
  if (started.size() < shape.size()) return std::string(nothing);
  for (std::size_t index = 0; index < shape.size(); ++index) {
    const bool digit = started[index] >= '0' && started[index] <= '9';
    const bool fits = shape[index] == '0' ? digit : started[index] == shape[index];
    if (!fits) return std::string(nothing);
  }
  return std::string(started.substr(0, shape.size()));
}

void add_case(pugi::xml_node suite, const std::string& suite_name, const Case& one) {
  pugi::xml_node node = suite.append_child("testcase");
  set(node, "name", one.name.empty() ? "(no name)" : one.name);
  set(node, "classname", "cutover." + suite_name);
  set(node, "time", seconds_text(one.seconds));
  if (one.verdict == Verdict::pass) return;
  pugi::xml_node problem = node.append_child(one.verdict == Verdict::fail ? "failure" : "error");
  set(problem, "type", name_of(one.verdict));
  set(problem, "message", one.message);
  problem.text().set(xml_text(one.message + "\n" + one.details).c_str());
}

void add_suite(pugi::xml_node root, int id, const Suite& suite, const Report& report) {
  std::size_t failures = 0;
  std::size_t errors = 0;
  double seconds = 0;
  for (const Case& one : suite.cases) {
    failures += one.verdict == Verdict::fail ? 1 : 0;
    errors += one.verdict == Verdict::unknown ? 1 : 0;
    seconds += one.seconds;
  }
  pugi::xml_node node = root.append_child("testsuite");
  set(node, "name", suite.name);
  set(node, "package", "cutover");
  set(node, "id", std::to_string(id));
  set(node, "hostname", "localhost");  // the schema's word for "not told"
  set(node, "timestamp", timestamp_of(report.started));
  set(node, "tests", std::to_string(suite.cases.size()));
  set(node, "failures", std::to_string(failures));
  set(node, "errors", std::to_string(errors));
  set(node, "time", seconds_text(seconds));
  pugi::xml_node properties = node.append_child("properties");
  for (const auto& [name, value] :
       {std::pair<const char*, std::string>{"seed", std::to_string(report.seed)},
        {"version", report.tool_version},
        {"reproduce", report.reproduce}}) {
    pugi::xml_node property = properties.append_child("property");
    set(property, "name", name);
    set(property, "value", value);
  }
  for (const Case& one : suite.cases) add_case(node, suite.name, one);
  node.append_child("system-out");
  node.append_child("system-err");
}

}  // namespace

std::string to_junit(const Report& report) {
  pugi::xml_document document;
  pugi::xml_node declaration = document.append_child(pugi::node_declaration);
  set(declaration, "version", "1.0");
  set(declaration, "encoding", "UTF-8");
  pugi::xml_node root = document.append_child("testsuites");
  int id = 0;
  for (const Suite& suite : {report_suite(report), criteria_suite(report.criteria),
                             requirements_suite(report.requirements), tables_suite(report.tables),
                             steps_suite(report.steps)}) {
    add_suite(root, id++, suite, report);
  }
  std::ostringstream text;
  document.save(text, "  ", pugi::format_default, pugi::encoding_utf8);
  return text.str();
}

}  // namespace cutover::reports
