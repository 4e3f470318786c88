#include "scenarios/phases/phases_evidence.h"

#include <algorithm>
#include <functional>
#include <map>
#include <utility>

#include "scenarios/phases/checks.h"

namespace cutover::scenarios {
namespace {

using reports::Chart;
using reports::ChartKind;
using reports::Table;
using reports::Verdict;

Verdict verdict_of(bool passed) {
  return passed ? Verdict::pass : Verdict::fail;
}

Table step_table(std::string id, std::string title, std::string meaning,
                 const std::vector<PhaseStep>& steps) {
  Table table{std::move(id),
              std::move(title),
              std::move(meaning),
              {"phase", "step", "expected", "seen"},
              {}};
  for (const PhaseStep& step : steps) {
    table.rows.push_back(
        {{step.phase, step.step, step.expected, step.seen}, verdict_of(step.passed)});
  }
  return table;
}

Table suite_table(const std::vector<SuiteCase>& cases) {
  Table table{"suites",
              "Functional suites",
              "Both suites of the plan, at every phase.",
              {"when", "suite", "case", "expected", "seen"},
              {}};
  for (const SuiteCase& each : cases) {
    table.rows.push_back(
        {{each.when, each.suite, each.name, each.expected, each.seen}, verdict_of(each.passed)});
  }
  return table;
}

Table shape_table(const std::vector<ShapeRow>& shapes) {
  Table table{"contract",
              "Contract regression",
              "The same requests at every phase; each answer's shape against that of the first.",
              {"when", "probe", "expected", "seen"},
              {}};
  std::vector<std::string> moments;
  std::map<std::string, std::size_t> same;
  for (const ShapeRow& row : shapes) {
    if (!same.contains(row.when)) moments.push_back(row.when);
    same[row.when] += row.same() ? 1 : 0;
    if (row.same()) continue;
    table.rows.push_back({{row.when, row.probe, row.expected, row.seen}, Verdict::fail});
  }
  for (const std::string& when : moments) {
    table.rows.push_back(
        {{when, "all others", "the same shape", std::to_string(same[when]) + " the same"},
         Verdict::pass});
  }
  return table;
}

Table rollout_table(const std::vector<RolloutStep>& steps) {
  Table table{"rollout",
              "Gradual rollout",
              "Who read D1 at each step, by every isolate's own plan, and how it went.",
              {"percent", "ISBNs reading D1", "isolates agree", "nobody went back", "requests",
               "p95", "errors", "wrong"},
              {}};
  for (const RolloutStep& step : steps) {
    const Figures& seen = step.figures;
    table.rows.push_back(
        {{std::to_string(step.percent) + " %",
          std::to_string(step.reading_d1) + " of " + std::to_string(step.sampled),
          step.agree ? "yes" : "no", step.grows ? "yes" : "no", std::to_string(seen.requests),
          measured(seen.p95, "ms"), measured(seen.error_rate, "%"), std::to_string(seen.wrong)},
         verdict_of(step.agree && step.grows && seen.wrong == 0)});
  }
  return table;
}

Table estimate_table(const std::vector<EstimateRow>& rows) {
  Table table{"estimate",
              "Forecast and truth of the staging migration",
              "The dry run's estimate beside what the services counted.",
              {"what", "estimated", "actual"},
              {}};
  for (const EstimateRow& row : rows) {
    table.rows.push_back(
        {{row.what, measured(row.estimated, row.unit), measured(row.actual, row.unit)},
         verdict_of(row.useful())});
  }
  return table;
}

using Figure = std::function<std::optional<double>(const Bucket&)>;

struct Line {
  const char* name;
  Figure figure;
};

Chart line_chart(std::string id, std::string title, std::string meaning, std::string unit,
                 const std::vector<Bucket>& buckets, const std::vector<Line>& lines,
                 std::optional<double> limit = std::nullopt) {
  Chart chart;
  chart.id = std::move(id);
  chart.title = std::move(title);
  chart.meaning = std::move(meaning);
  chart.kind = ChartKind::line;
  chart.x = {"virtual time", "min"};
  chart.y = {chart.title, std::move(unit)};
  chart.limit = limit;
  for (const Line& line : lines) {
    reports::Series series{line.name, {}};
    for (const Bucket& bucket : buckets) {
      const double minute = std::chrono::duration<double, std::ratio<60>>(bucket.from).count();
      series.points.push_back({minute, line.figure(bucket)});
    }
    chart.series.push_back(std::move(series));
  }
  return chart;
}

}  // namespace

std::vector<Table> phase_tables(const PhasesResult& result) {
  return {step_table("phases", "The four phases, step by step",
                     "Each step of the plan's deployment with its check, in virtual time.",
                     result.steps),
          suite_table(result.suites),
          shape_table(result.shapes),
          rollout_table(result.rollout),
          estimate_table(result.estimate),
          step_table("retention", "KV data is kept for 30 days",
                     "When a clean-up of KV may begin, and what the system itself removed.",
                     result.retention)};
}

std::vector<Chart> phase_charts(const PhasesResult& result) {
  const auto& day = result.monitoring_series;
  const auto& night = result.rollout_series;
  const Line p50{"p50", [](const Bucket& bucket) { return bucket.figures.p50; }};
  const Line p95{"p95", [](const Bucket& bucket) { return bucket.figures.p95; }};
  const Line share{"percent", [](const Bucket& bucket) {
                     return bucket.percent ? std::optional<double>(*bucket.percent) : std::nullopt;
                   }};
  const Line calls{"calls", [](const Bucket& bucket) {
                     return std::optional<double>(static_cast<double>(bucket.figures.d1_calls));
                   }};
  Chart percent = line_chart("rollout_percent", "ISBNs that read D1",
                             "The gradual rollout, as the isolates knew it.", "%", night, {share});
  percent.kind = ChartKind::steps;
  return {
      std::move(percent),
      line_chart("rollout_latency", "API latency while rolling out",
                 "Latency of all requests, minute by minute.", "ms", night, {p50, p95}, 500),
      line_chart("monitoring_latency", "API latency while monitoring",
                 "Latency of all requests over the day after the cutover.", "ms", day, {p50, p95},
                 500),
      line_chart("monitoring_errors", "API error rate",
                 "Answers 5xx over the day after the cutover.", "%", day,
                 {{"errors", [](const Bucket& bucket) { return bucket.figures.error_rate; }}}, 0.1),
      line_chart("monitoring_hits", "KV hit rate",
                 "Searches that KV answered over the day after the cutover.", "%", day,
                 {{"hits", [](const Bucket& bucket) { return bucket.figures.hit_rate; }}}, 80),
      line_chart("monitoring_d1", "D1 calls",
                 "Calls to D1 in each quarter of an hour after the cutover.", "", day, {calls})};
}

std::vector<reports::Criterion> phase_criteria(const PhasesResult& result) {
  std::vector<reports::Criterion> criteria;
  for (const ThresholdRow& row : result.thresholds) {
    reports::Criterion criterion;
    criterion.id = "monitoring_" + row.id;
    criterion.name = row.name;
    criterion.threshold = row.requirement;
    if (row.measured) criterion.measured = *row.measured;
    criterion.unit = row.unit;
    criterion.verdict = !row.known() ? Verdict::unknown : verdict_of(row.met());
    criterion.note = "over the rehearsal's monitoring, in virtual time";
    criterion.limit = row.limit;
    criterion.direction = row.must_be_below ? reports::Direction::below : reports::Direction::above;
    criterion.phase = "monitoring";
    criteria.push_back(std::move(criterion));
  }
  return criteria;
}

std::string tally(const std::vector<PhaseStep>& steps) {
  const auto passed =
      std::count_if(steps.begin(), steps.end(), [](const PhaseStep& step) { return step.passed; });
  return std::to_string(passed) + " of " + std::to_string(steps.size());
}

bool all_passed(const std::vector<PhaseStep>& steps) {
  return !steps.empty() &&
         std::all_of(steps.begin(), steps.end(), [](const PhaseStep& step) { return step.passed; });
}

}  // namespace cutover::scenarios
