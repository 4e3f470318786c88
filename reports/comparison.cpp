#include "reports/comparison.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include "reports/objections.h"

namespace cutover::reports {

namespace {

using Verdicts = std::vector<std::pair<std::string, Verdict>>;

Verdicts verdicts_of(const Report& report) {
  Verdicts verdicts;
  for (const Criterion& one : report.criteria) {
    const std::string phase = one.phase.empty() ? "" : " in " + one.phase;
    verdicts.emplace_back("criterion " + one.id + phase, verdict_seen(one));
  }
  for (const Requirement& one : report.requirements) {
    verdicts.emplace_back("requirement " + one.id, one.verdict);
  }
  for (const Table& table : report.tables) {
    for (const TableRow& row : table.rows) {
      const std::string name = row.cells.empty() ? "(no name)" : row.cells.front();
      if (row.verdict) verdicts.emplace_back("table " + table.id + ": " + name, *row.verdict);
    }
  }
  for (const Step& one : report.steps) verdicts.emplace_back("step " + one.name, one.verdict);
  return verdicts;
}

// Names may repeat: then the worst of them stands for all.
std::map<std::string, Verdict> by_name(const Verdicts& verdicts) {
  std::map<std::string, Verdict> named;
  for (const auto& [name, verdict] : verdicts) {
    const auto [place, is_new] = named.emplace(name, verdict);
    if (!is_new && is_worse(verdict, place->second)) place->second = verdict;
  }
  return named;
}

VerdictChange changed(std::string what, std::optional<Verdict> before,
                      std::optional<Verdict> after) {
  const Verdict was = before.value_or(Verdict::unknown);
  const Verdict is = after.value_or(Verdict::unknown);
  const Change change = is_worse(is, was)   ? Change::worse
                        : is_worse(was, is) ? Change::better
                                            : Change::same;
  return {std::move(what), before, after, change};
}

std::vector<VerdictChange> verdict_changes(const Report& before, const Report& after) {
  std::vector<VerdictChange> changes = {
      changed("the report", verdict_seen(before), verdict_seen(after))};
  const std::map<std::string, Verdict> old_ones = by_name(verdicts_of(before));
  const std::map<std::string, Verdict> new_ones = by_name(verdicts_of(after));
  for (const auto& [name, verdict] : old_ones) {
    const auto found = new_ones.find(name);
    if (found == new_ones.end()) {
      changes.push_back(changed(name, verdict, std::nullopt));
    } else if (found->second != verdict) {
      changes.push_back(changed(name, verdict, found->second));
    }
  }
  for (const auto& [name, verdict] : new_ones) {
    // Something new that fails is worse than not knowing; something new that passes is better.
    if (old_ones.count(name) == 0) changes.push_back(changed(name, std::nullopt, verdict));
  }
  return changes;
}

struct Measure {
  std::string what;
  std::string unit;
  double value = 0;
  std::optional<bool> less_is_better;
};

std::vector<Measure> measures_of(const Report& report) {
  std::vector<Measure> measures;
  for (const Criterion& one : report.criteria) {
    const auto* number = std::get_if<double>(&one.measured);
    if (number == nullptr || !std::isfinite(*number)) continue;
    std::optional<bool> less;
    if (one.limit) {
      less = one.direction == Direction::at_most || one.direction == Direction::below;
    }
    const std::string phase = one.phase.empty() ? "" : " in " + one.phase;
    measures.push_back({"criterion " + one.id + phase, one.unit, *number, less});
  }
  for (const Step& one : report.steps) {
    if (one.real_ms)
      measures.push_back({"step " + one.name + ", real time", "ms", *one.real_ms, true});
    if (one.virtual_ms) {
      measures.push_back({"step " + one.name + ", virtual time", "ms", *one.virtual_ms, true});
    }
  }
  for (const Query& one : report.queries) {
    if (one.ms) measures.push_back({"query " + one.name, "ms", *one.ms, true});
  }
  return measures;
}

FigureChange figure_change(const Measure& before, double after, double noise_percent) {
  FigureChange change{before.what,  before.unit, before.value, after,
                      std::nullopt, false,       Change::same};
  const double difference = after - before.value;
  if (before.value != 0) change.percent = difference / std::abs(before.value) * 100;
  change.beyond_noise =
      change.percent ? std::abs(*change.percent) > noise_percent : difference != 0;
  if (change.beyond_noise && before.less_is_better) {
    change.change = (difference < 0) == *before.less_is_better ? Change::better : Change::worse;
  }
  return change;
}

std::vector<FigureChange> figure_changes(const Report& before, const Report& after,
                                         double noise_percent) {
  std::map<std::string, double> new_ones;
  for (const Measure& one : measures_of(after)) new_ones.emplace(one.what, one.value);
  std::vector<FigureChange> changes;
  for (const Measure& one : measures_of(before)) {
    const auto found = new_ones.find(one.what);
    if (found == new_ones.end()) continue;
    changes.push_back(figure_change(one, found->second, noise_percent));
  }
  return changes;
}

const FindingGroup* group_of(const std::vector<FindingGroup>& groups, const std::string& reason) {
  const auto found = std::find_if(groups.begin(), groups.end(),
                                  [&reason](const auto& group) { return group.reason == reason; });
  return found == groups.end() ? nullptr : &*found;
}

bool has_key(const FindingGroup& group, const std::string& key) {
  return std::any_of(group.examples.begin(), group.examples.end(),
                     [&key](const Finding& one) { return one.key == key; });
}

std::vector<std::string> keys_only_in(const FindingGroup& here, const FindingGroup& there) {
  std::vector<std::string> keys;
  for (const Finding& one : here.examples) {
    if (!has_key(there, one.key)) keys.push_back(one.key);
  }
  return keys;
}

void add_finding_changes(std::vector<FindingChange>& changes, const std::string& list,
                         const std::vector<FindingGroup>& before,
                         const std::vector<FindingGroup>& after) {
  const FindingGroup none;
  const auto add = [&](const std::string& reason, const FindingGroup& was, const FindingGroup& is) {
    FindingChange change{
        list, reason, was.count, is.count, keys_only_in(is, was), keys_only_in(was, is), false};
    change.all_keys = was.count == was.examples.size() && is.count == is.examples.size();
    const bool differs =
        change.before != change.after || !change.new_keys.empty() || !change.gone_keys.empty();
    if (differs) changes.push_back(std::move(change));
  };
  for (const FindingGroup& was : before) {
    const FindingGroup* is = group_of(after, was.reason);
    add(was.reason, was, is == nullptr ? none : *is);
  }
  for (const FindingGroup& is : after) {
    if (group_of(before, is.reason) == nullptr) add(is.reason, none, is);
  }
}

}  // namespace

std::string_view name_of(Change change) {
  switch (change) {
    case Change::same: return "same";
    case Change::better: return "better";
    case Change::worse: return "worse";
  }
  return "same";
}

Comparison compare(const Report& before, const Report& after, double noise_percent) {
  Comparison comparison;
  comparison.noise_percent = noise_percent;
  comparison.verdicts = verdict_changes(before, after);
  comparison.figures = figure_changes(before, after, noise_percent);
  add_finding_changes(comparison.findings, "rejected", before.rejections, after.rejections);
  add_finding_changes(comparison.findings, "altered", before.alterations, after.alterations);
  return comparison;
}

bool got_worse(const Comparison& comparison) {
  return std::any_of(comparison.verdicts.begin(), comparison.verdicts.end(),
                     [](const VerdictChange& one) { return one.change == Change::worse; });
}

}  // namespace cutover::reports
