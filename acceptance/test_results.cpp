#include "acceptance/test_results.h"

#include <algorithm>
#include <filesystem>

#include <pugixml.hpp>

namespace cutover::acceptance {
namespace {

constexpr std::uintmax_t bytes_max = 64U << 20;

TestEnd end_of(const pugi::xml_node& test) {
  const std::string_view status = test.attribute("status").value();
  if (test.child("failure") || test.child("error") || status == "fail") return TestEnd::failed;
  if (test.child("skipped") || status == "disabled" || status == "notrun") return TestEnd::skipped;
  return TestEnd::passed;
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

}  // namespace

tl::expected<TestResults, std::string> read_test_results(const std::string& path) {
  std::error_code error;
  const auto size = std::filesystem::file_size(path, error);
  if (error) return tl::unexpected(path + ": cannot be read (" + error.message() + ")");
  if (size > bytes_max) return tl::unexpected(path + ": is larger than 64 MiB");
  pugi::xml_document document;
  const pugi::xml_parse_result parsed = document.load_file(path.c_str());
  if (!parsed) {
    return tl::unexpected(path + ": is no XML: " + parsed.description() + " at byte " +
                          std::to_string(parsed.offset));
  }
  const pugi::xml_node suite = document.child("testsuite");
  TestResults results;
  results.finished = suite.attribute("timestamp").value();
  for (const pugi::xml_node& test : suite.children("testcase")) {
    results.tests.push_back({test.attribute("name").value(), end_of(test)});
  }
  if (results.tests.empty()) {
    return tl::unexpected(path + ": has no test results; `./cutover test` writes them");
  }
  return results;
}

bool shows(std::string_view test, std::string_view requirement, std::string_view parts) {
  std::string id(requirement);
  std::replace(id.begin(), id.end(), '.', '_');
  for (auto at = test.find(id); at != test.npos; at = test.find(id, at + 1)) {
    const auto after = at + id.size();
    if (after == test.size() || !is_digit(test[after])) return true;
  }
  while (!parts.empty()) {
    const auto bar = parts.find('|');
    const std::string_view part = parts.substr(0, bar);
    if (!part.empty() && test.find(part) != test.npos) return true;
    if (bar == parts.npos) break;
    parts.remove_prefix(bar + 1);
  }
  return false;
}

}  // namespace cutover::acceptance
