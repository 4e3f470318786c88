#include "reports/verdict.h"

#include <algorithm>

namespace cutover::reports {

namespace {

int severity(Verdict verdict) {
  switch (verdict) {
    case Verdict::pass: return 0;
    case Verdict::unknown: return 1;
    case Verdict::fail: return 2;
  }
  return 2;
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

bool is_worse(Verdict left, Verdict right) {
  return severity(left) > severity(right);
}

Verdict combine(const std::vector<Verdict>& verdicts) {
  if (verdicts.empty()) return Verdict::unknown;
  return *std::max_element(verdicts.begin(), verdicts.end(),
                           [](Verdict left, Verdict right) { return is_worse(right, left); });
}

}  // namespace cutover::reports
