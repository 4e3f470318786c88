#include "worker/acceptance.h"

#include <algorithm>
#include <chrono>
#include <set>

#include <fmt/format.h>

namespace cutover::worker {
namespace {

using reports::Verdict;

double ms_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start)
      .count();
}

std::string sentences_of(const std::vector<Wrong>& wrong) {
  std::string text;
  for (const Wrong& one : wrong) {
    text += (text.empty() ? "" : "; ") + one.defect + ": " + one.what;
  }
  return text;
}

// What one check found, or why it could not be made.
struct Result {
  std::vector<Wrong> wrong;
  std::string unknown;  // empty: it was made
};

Result run(const Check& check, const WorkerFolder& worker, const std::string& workerd) {
  Result result;
  auto stage = Stage::open(worker, workerd, check.instances);
  if (!stage) {
    result.unknown = stage.error();
    return result;
  }
  Judge judge;
  try {
    check.run(**stage, judge);
  } catch (const StageFailure& failure) {
    result.unknown = failure.what;
  } catch (const std::exception& error) {
    result.unknown = error.what();
  }
  result.wrong = judge.wrong();
  return result;
}

reports::Criterion criterion_of(const Check& check, const Result& result) {
  reports::Criterion criterion;
  criterion.id = check.defects;
  criterion.name = check.name;
  criterion.threshold = "holds";
  if (!result.wrong.empty()) {
    criterion.verdict = Verdict::fail;
    criterion.measured = sentences_of(result.wrong);
    std::set<std::string> named;
    for (const Wrong& one : result.wrong) named.insert(one.defect);
    for (const std::string& defect : named)
      criterion.note += (criterion.note.empty() ? "" : " ") + defect;
  } else if (!result.unknown.empty()) {
    criterion.measured = "could not be checked: " + result.unknown;
  } else {
    criterion.verdict = Verdict::pass;
    criterion.measured = "it holds";
  }
  return criterion;
}

}  // namespace

std::vector<Check> all_checks() {
  std::vector<Check> all;
  for (const auto group : {migration_checks(), interrupted_migration_checks(), value_checks(),
                           search_checks(), trouble_checks(), library_checks(), storm_checks()}) {
    all.insert(all.end(), group.begin(), group.end());
  }
  return all;
}

std::vector<std::string> defects_named(const reports::Report& report) {
  std::set<std::string> named;
  for (const reports::Criterion& criterion : report.criteria) {
    if (criterion.verdict != Verdict::fail) continue;
    std::string word;
    for (const char c : criterion.note + " ") {
      if (c != ' ') {
        word += c;
      } else if (!word.empty()) {
        named.insert(std::exchange(word, ""));
      }
    }
  }
  return {named.begin(), named.end()};
}

tl::expected<reports::Report, std::string> accept_worker(const AcceptanceOptions& options) {
  const auto worker = read_worker(options.folder);
  if (!worker) return tl::unexpected(worker.error());
  if (auto first = Stage::open(*worker, options.workerd); !first) {
    return tl::unexpected(first.error());
  }
  reports::Report report;
  report.started = options.started;
  report.tool_version = options.tool_version;
  report.reproduce = options.command;
  std::vector<Verdict> verdicts;
  std::size_t failed = 0;
  for (const Check& check : all_checks()) {
    const bool wanted = options.only.empty() || check.name.find(options.only) != check.name.npos ||
                        check.defects.find(options.only) != check.defects.npos;
    if (!wanted) continue;
    reports::Criterion criterion;
    if (options.interrupted && options.interrupted()) {
      criterion = criterion_of(check, {{}, "the run was ended early"});
    } else {
      const auto start = std::chrono::steady_clock::now();
      const Result result = run(check, *worker, options.workerd);
      criterion = criterion_of(check, result);
      reports::Step step;
      step.name = check.name;
      step.verdict = criterion.verdict;
      step.what_happened = std::get<std::string>(criterion.measured);
      step.real_ms = ms_since(start);
      report.steps.push_back(std::move(step));
      if (options.checked) options.checked(check, criterion);
    }
    if (criterion.verdict == Verdict::fail) ++failed;
    verdicts.push_back(criterion.verdict);
    report.criteria.push_back(std::move(criterion));
  }
  report.verdict = reports::combine(verdicts);
  std::string names;
  const auto defects = defects_named(report);
  for (const std::string& defect : defects) names += (names.empty() ? "" : ", ") + defect;
  report.headline =
      defects.empty()
          ? fmt::format("{}: {} checks, {} of them failed", worker->name, verdicts.size(), failed)
          : fmt::format("{}: {} of {} checks failed; {} defects of the plan: {}", worker->name,
                        failed, verdicts.size(), defects.size(), names);
  return report;
}

}  // namespace cutover::worker
