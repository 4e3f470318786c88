// Storms: seed after seed of each scenario, under faults and happenings drawn from the seed. What
// violates an invariant is a failure of the program that would go live.
#include <array>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "acceptance/run.h"
#include "chaos/campaign_report.h"
#include "chaos/corpus.h"
#include "chaos/invariants/invariants.h"
#include "reports/figures.h"

namespace cutover::acceptance {
namespace {

using reports::count_text;
using reports::Verdict;

Verdict verdict_of(chaos::CampaignVerdict verdict) {
  switch (verdict) {
    case chaos::CampaignVerdict::pass: return Verdict::pass;
    case chaos::CampaignVerdict::fail: return Verdict::fail;
    case chaos::CampaignVerdict::unknown: return Verdict::unknown;
  }
  return Verdict::unknown;
}

std::string command_of(const StormBudget& budget, std::uint64_t first) {
  return fmt::format("./cutover chaos --scenario {} --first {} --seeds {} --no-corpus",
                     budget.scenario, first, budget.storms);
}

// Of several scenarios together.
struct Total {
  std::uint64_t storms = 0;
  std::uint64_t faults = 0;
  std::uint64_t twice = 0;
  std::uint64_t differed = 0;
  std::set<std::string, std::less<>> broken;  // invariants
  chaos::Reach reach;
  bool complete = true;

  void add(const chaos::CampaignReport& played);
};

void Total::add(const chaos::CampaignReport& played) {
  const chaos::CampaignResult& result = played.result;
  storms += result.runs;
  faults += result.faults;
  twice += result.twice;
  differed += result.differed.size();
  for (const auto& [signature, failure] : result.failures) {
    for (const chaos::Violation& violation : failure.violations) broken.insert(violation.invariant);
  }
  reach.add(result.reach);
  complete = complete && !result.interrupted;
}

chaos::CampaignReport play(Run& run, const StormBudget& budget,
                           std::vector<chaos::CorpusCase> corpus) {
  chaos::CampaignOptions options;
  options.base = case_of(*chaos::scenario_named(budget.scenario));
  options.first = run.options.rehearsal.seed;
  options.seeds = budget.storms;
  options.twice_one_in = 20;
  options.corpus = std::move(corpus);
  std::mutex mutex;  // guards the progress
  options.interrupted = [&run] { return run.progress.interrupted(); };
  options.progress = [&](std::uint64_t done, std::uint64_t all) {
    const std::lock_guard lock(mutex);
    run.progress.went_on(static_cast<std::int64_t>(done), static_cast<std::int64_t>(all));
  };
  return report_of(options, run_campaign(options), run.report.tool_version,
                   chaos::reach_from_default);
}

// The smallest failing case of each kind, for `cutover replay`.
void write_cases(const Run& run, const chaos::CampaignReport& played) {
  const std::filesystem::path folder(run.options.rehearsal.out_directory);
  for (const auto& [signature, failure] : played.result.failures) {
    const auto path = folder / fmt::format("{}-{}.case.json", played.base.scenario, signature);
    std::ofstream out(path, std::ios::binary);
    out << to_json(failure.file);
  }
}

void add_row(reports::Table& table, const StormBudget& budget, const chaos::CampaignReport& played,
             Verdict verdict) {
  const chaos::CampaignResult& result = played.result;
  const double hours = std::chrono::duration<double, std::ratio<3600>>(result.virtual_time).count();
  table.rows.push_back(
      {{std::string(budget.scenario), std::string(chaos::scenario_named(budget.scenario)->meaning),
        count_text(result.runs), count_text(result.faults), count_text(result.calls),
        fmt::format("{:.1f} h", hours), count_text(result.failed_runs),
        result.failed_runs > 0
            ? ""
            : fmt::format("{:.3g} %", 100 * chaos::failure_bound_95(result.runs))},
       verdict});
}

// Which requirements an invariant shows, and whether it takes the live system to judge it.
struct Shown {
  std::string_view invariant;
  std::string_view requirement;
  bool live = false;
};
constexpr auto shown_by_storms = std::to_array<Shown>({
    {"d1_before_kv", "R0.2"},
    {"convergence", "R2.4"},
    {"complete_means_complete", "R2.6"},
    {"resumability", "R2.7"},
    {"dry_run", "R2.8"},
    {"status", "R2.9"},
    {"honest_validation", "R2.10"},
    {"budgets", "R2.13"},
    {"conservation", "R2.14"},
    {"no_lost_update", "R2.15"},
    {"true_answers", "R3.1"},
    {"same_answer", "R3.3", true},
    {"shelf_filters", "R3.4", true},
    {"no_lost_library", "R3.5", true},
    {"library_model", "R3.7", true},
    {"api_contract", "R3.9", true},
    {"not_found", "R3.10", true},
    {"one_call", "R3.11", true},
    {"flag", "R5.3", true},
    {"rollback", "R5.4", true},
    {"d1_before_kv", "R6.3"},
    {"degradation", "R7.2", true},
    {"breaker", "R7.3", true},
    {"liveness", "R8.6"},
});

std::string promise_of(std::string_view invariant) {
  for (const chaos::Invariant& one : chaos::invariants()) {
    if (one.name == invariant) return std::string(one.promise);
  }
  return {};
}

// How many kinds of faults came about, of all there are.
std::size_t kinds_of_faults(const chaos::Reach& reach) {
  std::set<std::size_t> kinds;
  for (const auto& [site, reached] : reach.sites()) {
    for (std::size_t kind = 0; kind < reached.faults.size(); ++kind) {
      if (reached.faults[kind] > 0) kinds.insert(kind);
    }
  }
  return kinds.size();
}

void show_all(Run& run, const Total& all, const Total& live, const std::string& command) {
  const std::string source = "storms";
  const auto verdict = [](bool holds, const Total& total) {
    if (total.storms == 0) return Verdict::unknown;
    if (!holds) return Verdict::fail;
    return total.complete ? Verdict::pass : Verdict::unknown;
  };
  for (const Shown& shown : shown_by_storms) {
    const Total& total = shown.live ? live : all;
    run.show(shown.requirement, verdict(!total.broken.contains(shown.invariant), total),
             fmt::format("{}: in {} storms with {} faults", promise_of(shown.invariant),
                         count_text(total.storms), count_text(total.faults)),
             source, command);
  }
  run.show("R8.2", verdict(kinds_of_faults(all.reach) > 0, all),
           fmt::format("{} of the {} kinds of faults came about", kinds_of_faults(all.reach),
                       faults::fault_count),
           source, command);
  if (all.twice == 0) return;
  run.show("R8.3", verdict(all.differed == 0, all),
           fmt::format("{} storms were played again on other threads: {} gave another history",
                       count_text(all.twice), count_text(all.differed)),
           source, command);
}

// Past failures, which the first scenario's storms play first and judge; none where there is no
// source tree.
std::vector<chaos::CorpusCase> past_failures(Run& run) {
  std::error_code ignored;
  if (run.options.profile.storms.empty()) return {};
  if (!std::filesystem::exists(run.options.corpus, ignored)) return {};
  auto corpus = chaos::read_corpus(run.options.corpus);
  if (corpus) return std::move(*corpus);
  Step(run, "past failures").end(Verdict::unknown, corpus.error());
  return {};
}

}  // namespace

void play_storms(Run& run) {
  reports::Table table;
  table.id = "storms";
  table.title = "Storms";
  table.meaning =
      "Worlds under faults drawn from a seed, each judged by every invariant. The last column: at "
      "most this share of such storms still fails, with 95 % confidence.";
  table.columns = {"scenario", "what it is",     "storms", "faults",
                   "calls",    "simulated time", "failed", "may fail"};
  Total all;
  Total live;
  std::string command;
  std::vector<chaos::CorpusCase> corpus = past_failures(run);
  for (const StormBudget& budget : run.options.profile.storms) {
    if (run.progress.interrupted()) break;
    Step step(run, fmt::format("storms: {}", budget.scenario));
    const chaos::CampaignReport played = play(run, budget, std::exchange(corpus, {}));
    const chaos::Judged judged = judge_campaign(played);
    const Verdict verdict = verdict_of(judged.verdict);
    write_cases(run, played);
    add_row(table, budget, played, verdict);
    all.add(played);
    if (played.base.isolates > 0) live.add(played);
    if (command.empty()) command = command_of(budget, run.options.rehearsal.seed);
    step.end(verdict, judged.because, played.result.events);
  }
  if (table.rows.empty()) {
    run.report.not_covered.emplace_back(
        "Services that fail: lost replies, overload, throttling, outages. The profile quick and "
        "larger ones play storms of them.");
    return;
  }
  for (const auto& [site, reached] : all.reach.sites()) run.report.coverage[site] += reached.calls;
  show_all(run, all, live, command);
  run.report.tables.push_back(std::move(table));
}

}  // namespace cutover::acceptance
