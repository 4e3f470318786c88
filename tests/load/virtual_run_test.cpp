// Loads on the simulated system (R4.3, R4.6, R6.5), and what is said of them.
#include "load/virtual_run.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>

#include "fakes/sim/sanitizers.h"
#include "load/summary.h"
#include "scenarios/generate.h"

namespace cutover::load {
namespace {

using reports::Verdict;
using rollout::Phase;
using std::chrono::minutes;
using std::chrono::seconds;
using ::testing::HasSubstr;

Catalogue small_catalogue() {
  scenarios::GeneratorOptions options;
  options.odd_per_thousand = 0;
  return catalogue_of(scenarios::DumpGenerator(options).records(200));
}

VirtualOptions small_options(Phase phase) {
  VirtualOptions options;
  options.phase = phase;
  options.points_max = 10;
  options.profile.executor = Executor::arrivals;
  options.profile.spacing = Spacing::poisson;
  options.profile.stages = {{Duration{0}, 10}, {minutes(5), 10}};
  options.profile.mix = {0.8, 0.05, 0.05, 0.08, 0.02};
  options.profile.kv_life = minutes(4);  // so that most entries end within the load
  options.profile.fresh_books = 20;
  return options;
}

LoadReport report_of(const VirtualOptions& options) {
  auto result = run_virtual(small_catalogue(), options);
  EXPECT_TRUE(result.has_value()) << result.error();
  LoadReport report{std::move(*result), {}, std::nullopt};
  report.judgements = judge(report.result, options.profile.thresholds);
  report.forecast = forecast_of(report.result, 0);
  return report;
}

std::uint64_t answers(const Result& result, TierTag tier) {
  Filter filter;
  filter.tier = tier;
  filter.route = Route::search;
  return result.measured.all(filter).duration.count();
}

TEST(LoadSimulation, TheSameSeedGivesTheSameBytesAndAnotherSeedOthers) {
  VirtualOptions options = small_options(Phase::d1);
  const LoadReport first = report_of(options);
  const LoadReport second = report_of(options);
  EXPECT_EQ(summary_json(first), summary_json(second));
  EXPECT_EQ(summary_text(first), summary_text(second));
  options.seed = 2;
  EXPECT_NE(summary_json(report_of(options)), summary_json(first));
}

TEST(LoadSimulation, TwoWorldsAtOnceDoNotDisturbEachOther) {
  const std::string alone = summary_json(report_of(small_options(Phase::d1)));
  auto beside = std::async(std::launch::async,
                           [] { return summary_json(report_of(small_options(Phase::kv_only))); });
  EXPECT_EQ(summary_json(report_of(small_options(Phase::d1))), alone);
  EXPECT_NE(beside.get(), alone);
}

TEST(LoadSimulation, D1TakesOverFromTheProviderWhatKvForgets) {
  const Result kv_only = report_of(small_options(Phase::kv_only)).result;
  const Result d1 = report_of(small_options(Phase::d1)).result;
  EXPECT_EQ(answers(kv_only, TierTag::d1), 0U);
  EXPECT_GT(answers(d1, TierTag::d1), 50U);
  EXPECT_GT(answers(kv_only, TierTag::provider), 50U + answers(d1, TierTag::provider));
  EXPECT_GT(kv_only.services->used.provider_calls, 2 * d1.services->used.provider_calls);
  EXPECT_EQ(kv_only.measured.all({}).failed, 0U);
  EXPECT_EQ(d1.measured.all({}).failed, 0U);
  const std::vector<LoadReport> both = {{kv_only, {}, forecast_of(kv_only, 0)},
                                        {d1, {}, forecast_of(d1, 0)}};
  const std::string table = comparison_text(both);
  EXPECT_THAT(table, HasSubstr("simulation, phase kv_only"));
  EXPECT_THAT(table, HasSubstr("simulation, phase d1"));
  EXPECT_THAT(table, HasSubstr("provider calls"));
}

TEST(LoadSimulation, EachTierTakesAboutAsLongAsItsModelSays) {
  const Result result = report_of(small_options(Phase::d1)).result;
  const auto median = [&](TierTag tier) {
    return std::chrono::duration<double, std::milli>(
               result.measured.all({tier, Route::search}).duration.percentile(50))
        .count();
  };
  EXPECT_NEAR(median(TierTag::cached), 1, 0.5);
  EXPECT_GT(median(TierTag::d1), 100 + 20) << "a cold read of KV comes first";
  EXPECT_GT(median(TierTag::provider), median(TierTag::d1));
}

TEST(LoadSimulation, BooksThatNobodyHasAreNotFoundAndNoErrors) {
  const Result result = report_of(small_options(Phase::d1)).result;
  EXPECT_GT(answers(result, TierTag::missing), 50U);
  EXPECT_EQ(result.measured.all({TierTag::missing, Route::search}).failed, 0U);
}

TEST(LoadSimulation, TheSeriesAddsUpToTheWhole) {
  const Result result = report_of(small_options(Phase::d1)).result;
  const auto points = points_of(result);
  ASSERT_EQ(points.size(), 10U);
  std::uint64_t requests = 0;
  std::int64_t queries = 0;
  for (const Point& point : points) {
    requests += point.requests;
    ASSERT_TRUE(point.used.has_value());
    queries += point.used->d1_queries;
    EXPECT_EQ(point.d1_percent, 100);
    EXPECT_LE(point.p50, point.p95);
  }
  EXPECT_EQ(requests, result.measured.iterations);
  EXPECT_GT(queries, 0);
  EXPECT_LE(queries, result.services->used.d1_queries);
}

TEST(LoadSimulation, ARolloutDuringTheLoadShowsInTheSeries) {
  VirtualOptions options = small_options(Phase::verify);
  options.profile.rollout = {{seconds(60), Phase::d1_reads, 20},
                             {seconds(150), Phase::d1_reads, 100},
                             {seconds(240), Phase::kv_only, 0}};
  const auto points = points_of(report_of(options).result);
  ASSERT_EQ(points.size(), 10U);
  EXPECT_EQ(points[0].d1_percent, 0);
  EXPECT_EQ(points[3].d1_percent, 20);
  EXPECT_EQ(points[6].d1_percent, 100);
  EXPECT_EQ(points[9].d1_percent, 0);
}

TEST(LoadSimulation, AThresholdThatCannotHoldFails) {
  VirtualOptions options = small_options(Phase::d1);
  options.profile.thresholds = {*parse_threshold("http_req_duration", "p(95)<0.001"),
                                *parse_threshold("http_req_failed", "rate<0.01")};
  const LoadReport report = report_of(options);
  EXPECT_EQ(report.judgements[0].verdict, Verdict::fail);
  EXPECT_LT(*report.judgements[0].margin, 0);
  EXPECT_EQ(report.judgements[1].verdict, Verdict::pass);
  EXPECT_EQ(report.judgements[1].margin, 1.0) << "none of the one per cent is used up";
  EXPECT_EQ(verdict_of(report.result, report.judgements), Verdict::fail);
  EXPECT_THAT(summary_text(report), HasSubstr("✗ http_req_duration p(95)<0.001"));
}

TEST(LoadSimulation, AThresholdOnWhatNeverHappenedIsUnknownAndNoPass) {
  VirtualOptions options = small_options(Phase::kv_only);
  options.profile.thresholds = {
      *parse_threshold("http_req_duration{tier:d1,route:search}", "med<300")};
  const LoadReport report = report_of(options);
  EXPECT_EQ(report.judgements[0].verdict, Verdict::unknown);
  EXPECT_EQ(verdict_of(report.result, report.judgements), Verdict::unknown);
  EXPECT_THAT(summary_text(report), HasSubstr("nothing was measured"));
}

TEST(LoadSimulation, MoreRequestsThanItTakesAreRefused) {
  VirtualOptions options = small_options(Phase::d1);
  options.profile.stages = {{Duration{0}, 100'000}, {minutes(5), 100'000}};
  const auto result = run_virtual(small_catalogue(), options);
  ASSERT_FALSE(result.has_value());
  EXPECT_THAT(result.error(), HasSubstr("at most 5000000"));
}

TEST(LoadSimulation, AnInterruptedLoadIsUnknownEvenIfItsThresholdsHold) {
  VirtualOptions options = small_options(Phase::d1);
  options.profile.thresholds = {*parse_threshold("http_req_failed", "rate<0.01")};
  int looks = 0;
  options.interrupted = [&] {
    const sim::Quiet quiet;
    return ++looks > 2000;
  };
  const LoadReport report = report_of(options);
  EXPECT_TRUE(report.result.measured.interrupted);
  EXPECT_GT(report.result.measured.iterations, 0U);
  EXPECT_EQ(report.judgements[0].verdict, Verdict::pass);
  EXPECT_EQ(verdict_of(report.result, report.judgements), Verdict::unknown);
}

TEST(LoadCatalogue, IsbnsAreTheSameWithAndWithoutTheBooks) {
  const std::string sample = CUTOVER_SOURCE_DIR "/samples/google-7k.ndjson.gz";
  const auto catalogue = read_catalogue(sample, 1'764'000'000);
  const auto isbns = read_isbns(sample, 1'764'000'000);
  ASSERT_TRUE(catalogue.has_value()) << catalogue.error();
  ASSERT_TRUE(isbns.has_value()) << isbns.error();
  EXPECT_EQ(*isbns, catalogue->isbns());
  EXPECT_EQ(isbns->size(), 6810U);
}

// Twice the requests use twice as much, but for what isolates use without any.
TEST(LoadForecast, GrowsWithTheRequestsAndKeepsWhatIdleIsolatesUse) {
  const Result result = report_of(small_options(Phase::d1)).result;
  const auto rows_read = [&](double requests) {
    return forecast_of(result, requests).use[static_cast<std::size_t>(Item::d1_rows_read)];
  };
  const double idle = static_cast<double>(result.services->idle.d1_rows_read) /
                      std::chrono::duration<double>(result.services->idled).count() * 30 * 86'400;
  EXPECT_GT(idle, 0);
  EXPECT_NEAR((rows_read(2e6) - idle) / (rows_read(1e6) - idle), 2, 1e-6);
  const Forecast own = forecast_of(result, 0);
  EXPECT_NEAR(own.requests, 10 * 30 * 86'400, 0.1 * own.requests) << "ten a second";
  EXPECT_EQ(own.use[static_cast<std::size_t>(Item::worker_requests)], own.requests);
}

}  // namespace
}  // namespace cutover::load
