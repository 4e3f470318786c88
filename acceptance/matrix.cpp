// The requirement matrix: what the test suite has shown, added to what this run saw, and a row for
// every requirement (plan item 2.6; requirement R6.7).
#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "acceptance/run.h"
#include "acceptance/test_results.h"
#include "reports/figures.h"
#include "reports/requirement_list.h"

namespace cutover::acceptance {
namespace {

using reports::Verdict;

struct Counted {
  std::size_t passed = 0;
  std::size_t skipped = 0;
  std::vector<std::string> failed;
};

Counted count(const TestResults& results, const reports::ListedRequirement& requirement) {
  Counted counted;
  for (const TestResult& test : results.tests) {
    if (!shows(test.name, requirement.id, requirement.tests)) continue;
    switch (test.end) {
      case TestEnd::passed: ++counted.passed; break;
      case TestEnd::skipped: ++counted.skipped; break;
      case TestEnd::failed: counted.failed.push_back(test.name); break;
    }
  }
  return counted;
}

void show_tests(Run& run, const TestResults& results, std::string_view source) {
  for (const reports::ListedRequirement& requirement : reports::requirement_list()) {
    const Counted counted = count(results, requirement);
    if (!counted.failed.empty()) {
      run.show(requirement.id, Verdict::fail,
               fmt::format("{} failed, such as {}", reports::counted(counted.failed.size(), "test"),
                           counted.failed.front()),
               source, "./cutover test");
    } else if (counted.passed > 0) {
      run.show(requirement.id, Verdict::pass,
               fmt::format("{} passed{}", reports::counted(counted.passed, "test"),
                           counted.skipped > 0 ? fmt::format(", {} skipped", counted.skipped)
                                               : std::string()),
               source, "./cutover test");
    }
  }
}

// Requirements without any evidence, in the list's order.
std::vector<std::string> without_evidence(const reports::Report& report) {
  std::vector<std::string> ids;
  for (const reports::ListedRequirement& listed : reports::requirement_list()) {
    const bool has =
        std::any_of(report.requirements.begin(), report.requirements.end(),
                    [&](const auto& row) { return row.id == listed.id && !row.evidence.empty(); });
    if (!has) ids.emplace_back(listed.id);
  }
  return ids;
}

}  // namespace

void read_tests(Run& run) {
  if (!run.options.no_tests.empty()) return;
  Step step(run, "results of the test suite");
  const auto results = read_test_results(run.options.tests);
  if (!results) {
    step.end(Verdict::unknown, results.error());
    return;
  }
  show_tests(run, *results, step.name());
  std::size_t failed = 0;
  std::size_t skipped = 0;
  for (const TestResult& test : results->tests) {
    failed += test.end == TestEnd::failed ? 1 : 0;
    skipped += test.end == TestEnd::skipped ? 1 : 0;
  }
  step.end(failed > 0 ? Verdict::fail : Verdict::pass,
           fmt::format("{} of this build, {} failed, {} skipped ({})",
                       reports::counted(results->tests.size(), "test"), failed, skipped,
                       results->finished));
}

// A quick run says which requirements it has no evidence of; any other run has a row for each,
// unknown, and so no pass.
void complete_matrix(Run& run) {
  const auto missing = without_evidence(run.report);
  if (run.options.profile.needs_tests) {
    for (const std::string& id : missing) reports::row_of(run.report, id);
  } else if (!missing.empty()) {
    const std::string why =
        run.options.no_tests.empty()
            ? "neither this run nor the test suite shows them"
            : run.options.no_tests + "; after ./cutover test this run has its results too";
    run.report.not_covered.push_back(fmt::format("{} without evidence: {}. They are {}.",
                                                 reports::counted(missing.size(), "requirement"),
                                                 why, fmt::join(missing, ", ")));
  }
  std::map<std::string_view, std::size_t> place;
  for (const auto& listed : reports::requirement_list()) place.emplace(listed.id, place.size());
  std::stable_sort(
      run.report.requirements.begin(), run.report.requirements.end(),
      [&](const auto& one, const auto& other) { return place[one.id] < place[other.id]; });
}

}  // namespace cutover::acceptance
