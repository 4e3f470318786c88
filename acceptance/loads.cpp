// Load: the plan's load test on KV alone and on D1, in virtual time, with the dump's own books;
// what people would wait, and what a month would cost (requirements R4.3 and R4.6).
#include <algorithm>
#include <chrono>
#include <cmath>

#include <fmt/format.h>

#include "acceptance/run.h"
#include "load/forecast.h"
#include "load/summary.h"
#include "load/virtual_run.h"
#include "reports/figures.h"

namespace cutover::acceptance {
namespace {

using load::Result;
using reports::Verdict;

constexpr const char* command = "./cutover load --compare";

double ms(Duration duration) {
  return std::chrono::duration<double, std::milli>(duration).count();
}

tl::expected<Result, std::string> play(Run& run, const load::Catalogue& catalogue,
                                       rollout::Phase phase) {
  load::VirtualOptions options;
  options.phase = phase;
  options.seed = run.options.rehearsal.seed;
  options.interrupted = [&run] { return run.progress.interrupted(); };
  return load::run_virtual(catalogue, options);
}

reports::Direction direction_of(load::Comparison comparison) {
  switch (comparison) {
    case load::Comparison::below: return reports::Direction::below;
    case load::Comparison::above: return reports::Direction::above;
    case load::Comparison::at_least: return reports::Direction::at_least;
    default: return reports::Direction::at_most;
  }
}

// The plan's two thresholds in words; another one keeps k6's.
void put_in_words(const load::Threshold& threshold, reports::Criterion& criterion) {
  const std::vector<load::Threshold> of_the_plan = load::Profile::plan_thresholds();
  if (std::find(of_the_plan.begin(), of_the_plan.end(), threshold) == of_the_plan.end()) return;
  if (threshold.aggregate == load::Aggregate::percentile) {
    criterion.name =
        fmt::format("under the plan's load: {:g} % of requests answer within", threshold.percent);
  } else {
    criterion.name = "under the plan's load: failed requests";
    criterion.unit = "%";
    criterion.limit = threshold.limit * 100;
    if (auto* share = std::get_if<double>(&criterion.measured)) *share *= 100;
  }
  criterion.threshold = fmt::format("< {:g} {}", *criterion.limit, criterion.unit);
}

reports::Criterion criterion_of(const load::Judgement& judgement) {
  const std::string metric = metric_text(judgement.threshold);
  const std::string condition = condition_text(judgement.threshold);
  reports::Criterion criterion;
  criterion.id = "load." + metric;
  criterion.name = "under the plan's load: " + metric;
  criterion.threshold = condition;
  if (judgement.measured) criterion.measured = *judgement.measured;
  criterion.unit = metric.starts_with("http_req_duration") ? "ms" : "";
  criterion.verdict = judgement.verdict;
  criterion.limit = judgement.threshold.limit;
  criterion.direction = direction_of(judgement.threshold.comparison);
  criterion.note = "k6's " + metric + " " + condition;
  put_in_words(judgement.threshold, criterion);
  criterion.phase = "load";
  criterion.reproduce = command;
  return criterion;
}

// P50 and P95 of one tier in one run, or a dash.
std::string cell_of(const Result& result, std::optional<load::TierTag> tier) {
  const load::Cell cell = result.measured.all({tier, std::nullopt});
  if (cell.duration.count() == 0) return "-";
  return fmt::format("{:.1f} / {:.1f} ms", ms(cell.duration.percentile(50)),
                     ms(cell.duration.percentile(95)));
}

reports::Table tiers_of(const Result& kv_only, const Result& d1) {
  reports::Table table;
  table.id = "load";
  table.title = "KV alone beside D1";
  table.meaning =
      "The plan's load test in virtual time on both: P50 / P95 by who answered. Latencies of the "
      "services are a model, stated in docs/LOAD.md.";
  table.columns = {"answered by", "KV alone", "D1"};
  table.reproduce = command;
  table.rows.push_back({{"all", cell_of(kv_only, {}), cell_of(d1, {})}, std::nullopt});
  for (const auto tier :
       {load::TierTag::cached, load::TierTag::kv, load::TierTag::d1, load::TierTag::provider}) {
    table.rows.push_back(
        {{std::string(name_of(tier)), cell_of(kv_only, tier), cell_of(d1, tier)}, std::nullopt});
  }
  return table;
}

std::string amount(double number) {
  return reports::count_text(static_cast<std::uint64_t>(std::llround(std::max(0.0, number))));
}

std::string used(const load::BillLine& line) {
  return line.price.is_storage ? fmt::format("{:.3f}", line.used) : amount(line.used);
}

reports::Table bill_of(const load::Forecast& kv_only, const load::Forecast& d1) {
  reports::Table table;
  table.id = "bill";
  table.title = "A month on Cloudflare's paid plan";
  table.meaning = fmt::format(
      "A forecast for {} requests a month, as many as this load would send; sources of the prices "
      "are in docs/LOAD.md.",
      amount(d1.requests));
  table.columns = {"what", "KV alone", "$", "D1", "$"};
  table.reproduce = command;
  for (std::size_t i = 0; i < d1.bill.lines.size(); ++i) {
    const load::BillLine& before = kv_only.bill.lines[i];
    const load::BillLine& after = d1.bill.lines[i];
    table.rows.push_back(
        {{std::string(after.price.name), used(before), fmt::format("{:.2f}", before.dollars),
          used(after), fmt::format("{:.2f}", after.dollars)},
         std::nullopt});
  }
  table.rows.push_back({{"in all, the plan's own price included", "",
                         fmt::format("{:.2f}", kv_only.bill.paid_dollars), "",
                         fmt::format("{:.2f}", d1.bill.paid_dollars)},
                        std::nullopt});
  return table;
}

reports::Series series_of(std::string name, const Result& result,
                          std::optional<double> (*figure)(const load::Point&)) {
  reports::Series series;
  series.name = std::move(name);
  for (const load::Point& point : points_of(result)) {
    series.points.push_back({std::chrono::duration<double>(point.from).count(), figure(point)});
  }
  return series;
}

using FigureOf = std::optional<double> (*)(const load::Point& point);

// One figure of both loads over time, with the plan's limit.
reports::Chart chart_of(const Result& kv_only, const Result& d1, FigureOf figure, double limit) {
  reports::Chart chart;
  chart.x = {"virtual time", "s"};
  chart.series = {series_of("KV alone", kv_only, figure), series_of("D1", d1, figure)};
  chart.limit = limit;
  chart.reproduce = command;
  return bounded(std::move(chart));
}

void add_charts(Run& run, const Result& kv_only, const Result& d1) {
  const auto p95 = [](const load::Point& point) -> std::optional<double> {
    if (point.requests == 0) return std::nullopt;
    return ms(point.p95);
  };
  reports::Chart latency = chart_of(kv_only, d1, p95, 500);
  latency.id = "load_latency";
  latency.title = "Latency under load";
  latency.meaning = "P95 of all requests while the plan's load ramps up, holds and ramps down.";
  latency.y = {"P95", "ms"};
  run.report.charts.push_back(std::move(latency));

  const auto hits = [](const load::Point& point) -> std::optional<double> {
    if (!point.hit_rate) return std::nullopt;
    return *point.hit_rate * 100;
  };
  reports::Chart rate = chart_of(kv_only, d1, hits, 80);
  rate.id = "load_hits";
  rate.title = "Hit rate under load";
  rate.meaning = "Share of found books that KV answered, over the load.";
  rate.y = {"from KV", "%"};
  run.report.charts.push_back(std::move(rate));
}

}  // namespace

void play_loads(Run& run) {
  if (run.progress.interrupted()) return;
  Step step(run, "the plan's load, on KV alone and on D1");
  const auto catalogue =
      load::read_catalogue(run.options.rehearsal.dump, run.options.rehearsal.at_seconds);
  if (!catalogue) {
    step.end(Verdict::unknown, catalogue.error());
    return;
  }
  const auto kv_only = play(run, *catalogue, rollout::Phase::kv_only);
  const auto d1 = play(run, *catalogue, rollout::Phase::d1);
  if (!kv_only || !d1) {
    step.end(Verdict::unknown, !kv_only ? kv_only.error() : d1.error());
    return;
  }
  const auto judgements = judge(*d1, load::Profile::plan_thresholds());
  const Verdict verdict = verdict_of(*d1, judgements);
  for (const load::Judgement& judgement : judgements) {
    run.report.criteria.push_back(criterion_of(judgement));
  }
  const load::Cell all = d1->measured.all({});
  const std::string what = fmt::format(
      "{} requests on D1, {} failed, P95 {:.1f} ms; on KV alone P95 {:.1f} ms",
      reports::count_text(static_cast<std::uint64_t>(all.duration.count())),
      reports::count_text(static_cast<std::uint64_t>(all.failed)), ms(all.duration.percentile(95)),
      ms(kv_only->measured.all({}).duration.percentile(95)));
  run.show("R4.3", verdict, what, step.name(), "./cutover load");
  run.show("R4.6", kv_only->measured.iterations > 0 ? Verdict::pass : Verdict::unknown,
           "both were measured side by side: " + what, step.name(), command);
  run.report.tables.push_back(tiers_of(*kv_only, *d1));
  if (kv_only->measured.iterations > 0 && d1->measured.iterations > 0) {
    run.report.tables.push_back(bill_of(load::forecast_of(*kv_only, 0), load::forecast_of(*d1, 0)));
    add_charts(run, *kv_only, *d1);
  }
  step.end(verdict, what);
}

}  // namespace cutover::acceptance
