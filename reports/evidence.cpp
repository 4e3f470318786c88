#include "reports/evidence.h"

#include <algorithm>
#include <utility>

namespace cutover::reports {

namespace {

// Higher is worse; a claim may be worse than its parts (an interrupted run), never better.
int severity(Verdict verdict) {
  switch (verdict) {
    case Verdict::pass: return 0;
    case Verdict::unknown: return 1;
    case Verdict::fail: return 2;
  }
  return 2;
}

std::string claim_beyond(const std::string& who, Verdict claimed, Verdict shown) {
  return who + " says " + std::string(name_of(claimed)) + ", but what it rests on says " +
         std::string(name_of(shown)) + ".";
}

bool fates_add_up(const Report& report) {
  return fates_total(report) == report.listed;
}

}  // namespace

std::string_view name_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::pass: return "pass";
    case Verdict::fail: return "fail";
    case Verdict::unknown: return "unknown";
  }
  return "unknown";
}

std::optional<Verdict> verdict_named(std::string_view name) {
  for (const Verdict verdict : {Verdict::pass, Verdict::fail, Verdict::unknown}) {
    if (name == name_of(verdict)) return verdict;
  }
  return std::nullopt;
}

std::string_view name_of(ChecklistPhase phase) {
  return phase == ChecklistPhase::before ? "before" : "after";
}

std::optional<ChecklistPhase> phase_named(std::string_view name) {
  for (const ChecklistPhase phase : {ChecklistPhase::before, ChecklistPhase::after}) {
    if (name == name_of(phase)) return phase;
  }
  return std::nullopt;
}

Verdict combine(const std::vector<Verdict>& verdicts) {
  if (verdicts.empty()) return Verdict::unknown;
  return *std::max_element(verdicts.begin(), verdicts.end(), [](Verdict left, Verdict right) {
    return severity(left) < severity(right);
  });
}

Verdict verdict_of(const std::vector<Evidence>& evidence) {
  std::vector<Verdict> verdicts;
  verdicts.reserve(evidence.size());
  for (const Evidence& one : evidence) verdicts.push_back(one.verdict);
  return combine(verdicts);
}

Verdict conclude(const Report& report) {
  std::vector<Verdict> verdicts;
  for (const Requirement& requirement : report.requirements) {
    verdicts.push_back(requirement.verdict);
    verdicts.push_back(verdict_of(requirement.evidence));
  }
  for (const Criterion& criterion : report.criteria) verdicts.push_back(criterion.verdict);
  for (const Step& step : report.steps) verdicts.push_back(step.verdict);
  if (!fates_add_up(report)) verdicts.push_back(Verdict::fail);
  return combine(verdicts);
}

std::uint64_t fates_total(const Report& report) {
  std::uint64_t total = 0;
  for (const Fate& fate : report.fates) total += fate.count;
  return total;
}

std::vector<std::string> contradictions(const Report& report) {
  std::vector<std::string> found;
  const Verdict concluded = conclude(report);
  if (severity(report.verdict) < severity(concluded)) {
    found.push_back(claim_beyond("The report", report.verdict, concluded));
  }
  for (const Requirement& requirement : report.requirements) {
    const Verdict shown = verdict_of(requirement.evidence);
    if (severity(requirement.verdict) < severity(shown)) {
      found.push_back(claim_beyond("Requirement " + requirement.id, requirement.verdict, shown));
    }
  }
  if (!fates_add_up(report)) {
    found.push_back("The fates add up to " + std::to_string(fates_total(report)) + ", but " +
                    std::to_string(report.listed) + " keys were listed.");
  }
  return found;
}

void add_finding(std::vector<FindingGroup>& groups, Finding finding, std::string_view meaning) {
  auto group = std::find_if(groups.begin(), groups.end(), [&](const FindingGroup& candidate) {
    return candidate.reason == finding.reason;
  });
  if (group == groups.end()) {
    groups.push_back({finding.reason, 0, std::string(meaning), {}});
    group = std::prev(groups.end());
  }
  group->count += 1;
  if (group->examples.size() < findings_examples_max) {
    group->examples.push_back(std::move(finding));
  }
}

}  // namespace cutover::reports
