#include "target/evidence.h"

#include <algorithm>
#include <map>
#include <variant>

#include <fmt/format.h>

namespace cutover::target {
namespace {

using reports::Verdict;

// The requirements that a check can name, in short.
const std::map<std::string_view, std::string_view> titles = {
    {"R2.9", "The migration's routes take the admin's token"},
    {"R3.3", "A row is mapped back to the one form of a book"},
    {"R3.4", "A shelf is filtered by status, rating and year"},
    {"R3.6", "The search's two routes with the plan's envelopes"},
    {"R3.7", "The routes of users' libraries"},
    {"R3.9", "Bad input gets a 4xx with a code and a message, never a 500"},
    {"R3.10", "Not found is an answer, a failing provider another"},
    {"R3.11", "Concurrent look-ups of one ISBN get one answer"},
    {"R4.3", "Fifty at a time"},
    {"R4.5", "The same shape of every answer"},
    {"R5.5", "Health"},
    {"R5.8", "Speed, cache and errors as the plan monitors them"},
    {"R6.1", "All book metadata is there: difference below 1 %"},
    {"R6.4", "The functional suites: search, user library"},
    {"R6.5", "The plan's thresholds, as far as HTTP shows them"},
};

void add_to(reports::Report& report, std::string_view id, const reports::Criterion& criterion) {
  auto row = std::find_if(report.requirements.begin(), report.requirements.end(),
                          [id](const reports::Requirement& one) { return one.id == id; });
  if (row == report.requirements.end()) {
    report.requirements.push_back({std::string(id), std::string(titles.at(id)), {}, {}});
    row = std::prev(report.requirements.end());
  }
  row->evidence.push_back(
      {criterion.name + ": " + what_was_found(criterion), criterion.name, "", criterion.verdict});
  row->verdict = reports::verdict_of(row->evidence);
}

}  // namespace

std::string what_was_found(const reports::Criterion& criterion) {
  std::string text;
  if (const auto* number = std::get_if<double>(&criterion.measured)) {
    text = fmt::format("{:.4g} {}", *number, criterion.unit);
  } else if (const auto* sentence = std::get_if<std::string>(&criterion.measured)) {
    text = *sentence;
  }
  if (criterion.note.empty()) return text;
  return text.empty() ? criterion.note : text + " (" + criterion.note + ")";
}

void add_evidence(reports::Report& report, std::string_view requirements,
                  const reports::Criterion& criterion) {
  while (!requirements.empty()) {
    const std::size_t end = std::min(requirements.find(' '), requirements.size());
    add_to(report, requirements.substr(0, end), criterion);
    requirements.remove_prefix(std::min(end + 1, requirements.size()));
  }
}

std::string headline_of(const reports::Report& report, const std::string& url, std::uint64_t asked,
                        const std::string& over) {
  const auto count = [&report](Verdict verdict) {
    return std::count_if(report.criteria.begin(), report.criteria.end(),
                         [verdict](const auto& one) { return one.verdict == verdict; });
  };
  std::string text =
      fmt::format("{}: {} of {} criteria hold, {} fail, {} cannot be told; {} requests", url,
                  count(Verdict::pass), report.criteria.size(), count(Verdict::fail),
                  count(Verdict::unknown), asked);
  if (!over.empty()) text += "; ended early: " + over;
  return text;
}

}  // namespace cutover::target
