#include <algorithm>
#include <array>
#include <string_view>

#include <fmt/format.h>

#include "golive/post_checks.h"
#include "reports/figures.h"

namespace cutover::golive {
namespace {

using reports::Criterion;
using reports::Report;
using reports::Requirement;
using reports::Verdict;

struct PostCheck {
  std::string_view item;  // the plan's words
  std::string_view criterion;
};

constexpr std::array<PostCheck, 6> post_checks = {{
    {"Error rate <0.1%", "after.error_rate"},
    {"Latency P95 <500ms", "after.latency_p95"},
    {"Cache hit rate >80%", "after.cache_hit_rate"},
    {"No data inconsistencies detected", "after.inconsistencies"},
    {"All complex queries working", "after.complex_queries"},
    {"User library features operational", "after.user_library"},
}};

const Criterion& named(const std::vector<Criterion>& criteria, std::string_view id) {
  return *std::find_if(criteria.begin(), criteria.end(),
                       [&](const Criterion& criterion) { return criterion.id == id; });
}

std::string sentence_of(const Criterion& criterion) {
  return criterion.name + ": " + measured_text(criterion) +
         (criterion.note.empty() ? "" : " (" + criterion.note + ")");
}

Requirement requirement_of(const std::vector<Criterion>& criteria, std::string id,
                           std::string title, const std::vector<std::string_view>& ids) {
  Requirement requirement{std::move(id), std::move(title), Verdict::unknown, {}};
  for (const std::string_view one : ids) {
    const Criterion& criterion = named(criteria, one);
    requirement.evidence.push_back({sentence_of(criterion), "metrics", "", criterion.verdict});
  }
  requirement.verdict = verdict_of(requirement.evidence);
  return requirement;
}

std::string headline_of(const Report& report) {
  const auto with = [&](Verdict verdict) {
    return std::count_if(report.criteria.begin(), report.criteria.end(),
                         [&](const Criterion& one) { return one.verdict == verdict; });
  };
  return fmt::format("{} of {} thresholds hold, {} do not, {} cannot be told.", with(Verdict::pass),
                     report.criteria.size(), with(Verdict::fail), with(Verdict::unknown));
}

}  // namespace

Report post_report(const Window& window, const PostOptions& options) {
  Report report;
  report.tool_version = options.tool_version;
  report.started = options.started;
  report.reproduce = options.reproduce;
  report.criteria = post_criteria(window);
  report.requirements = {
      requirement_of(report.criteria, "R5.8", "Monitoring thresholds",
                     {"after.cached_p50", "after.d1_p50", "after.latency_p95", "after.d1_success",
                      "after.cache_hit_rate", "after.error_rate"}),
      requirement_of(report.criteria, "R6.5", "Acceptance thresholds",
                     {"after.d1_queries", "after.d1_query_p95", "after.cache_hit_rate",
                      "after.error_rate", "after.latency_p95"}),
      requirement_of(report.criteria, "R6.6", "Six checks after going live",
                     {"after.error_rate", "after.latency_p95", "after.cache_hit_rate",
                      "after.inconsistencies", "after.complex_queries", "after.user_library"}),
  };
  for (const PostCheck& check : post_checks) {
    const Criterion& criterion = named(report.criteria, check.criterion);
    report.checklist.push_back({reports::ChecklistPhase::after, std::string(check.item),
                                criterion.verdict, sentence_of(criterion)});
  }
  report.steps = {{"read the metrics", Verdict::pass,
                   "from " + options.source + ", counted " + options.span, std::nullopt,
                   std::nullopt, 0}};
  report.not_covered = {
      "Migration completeness > 99 %: metrics do not show it; `cutover validate` compares",
      "Which filters of a user's library were used: metrics count routes",
      "Other instances of the system: each has metrics of its own"};
  report.headline = headline_of(report);
  report.verdict = conclude(report);
  return report;
}

}  // namespace cutover::golive
