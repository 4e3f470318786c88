// A system that is well, and one for each way in which it is not: only its own rows turn red.

#include "golive/post_checks.h"

#include <gmock/gmock.h>

#include "adapters/observability/prometheus_metrics.h"

namespace cutover::golive {
namespace {

using reports::Criterion;
using reports::Verdict;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// A running system: what happens to it is counted by the code that goes live.
class Live {
 public:
  Live& requests(int count, std::int64_t status = 200, std::int64_t micros = 20'000,
                 const char* route = "/v1/search/isbn", const char* method = "GET") {
    for (int i = 0; i < count; ++i) {
      metrics_.emit("http.request",
                    {{"route", route}, {"method", method}, {"status", status}, {"micros", micros}});
    }
    return *this;
  }
  Live& lookups(int count, const char* tier, std::int64_t micros) {
    for (int i = 0; i < count; ++i) {
      metrics_.emit("lookup.read", {{"tier", tier},
                                    {"stale", std::int64_t{0}},
                                    {"remembered", std::int64_t{0}},
                                    {"micros", micros}});
    }
    return *this;
  }
  Live& d1_calls(int count, bool ok = true, std::int64_t micros = 5'000) {
    for (int i = 0; i < count; ++i) {
      metrics_.emit(
          "d1.call",
          {{"ok", std::int64_t{ok ? 1 : 0}}, {"kind", ok ? "" : "timeout"}, {"micros", micros}});
    }
    return *this;
  }
  Live& compared(int count, const char* result = "same") {
    for (int i = 0; i < count; ++i) metrics_.emit("lookup.shadow", {{"result", result}});
    return *this;
  }
  Live& library() {
    requests(10, 200, 20'000, "/v1/library/:userId");
    requests(10, 200, 20'000, "/v1/library/:userId/top-rated");
    requests(10, 201, 20'000, "/v1/library/:userId/books", "POST");
    requests(10, 200, 20'000, "/v1/library/:userId/books/:isbn", "PATCH");
    return requests(10, 204, 20'000, "/v1/library/:userId/books/:isbn", "DELETE");
  }
  Live& finding(const char* action) {
    metrics_.emit("guard.finding", {{"criterion", "inconsistency"}, {"action", action}});
    return *this;
  }
  [[nodiscard]] std::vector<Sample> samples() const {
    return samples_from(metrics_.text()).value();
  }

 private:
  observability::PrometheusMetrics metrics_;
};

Live& well(Live& live) {
  return live.requests(4000)
      .library()
      .lookups(1800, "cache", 2'000)
      .lookups(200, "d1", 30'000)
      .d1_calls(1000)
      .compared(400);
}

std::vector<std::string> with(Verdict verdict, const std::vector<Criterion>& criteria) {
  std::vector<std::string> ids;
  for (const Criterion& one : criteria) {
    if (one.verdict == verdict) ids.push_back(one.id);
  }
  return ids;
}

std::vector<std::string> red(const Live& live) {
  return with(Verdict::fail, post_criteria(Window(live.samples())));
}

reports::Report report_of(const Window& window) {
  return post_report(window, {"0.1.0", "2026-11-28T09:00:00Z", "cutover verify", "here", "since"});
}

TEST(PostChecks, ASystemThatIsWellPasses) {  // R5.8, R6.5, R6.6
  Live live;
  const reports::Report report = report_of(Window(well(live).samples()));
  EXPECT_EQ(report.verdict, Verdict::pass) << report.headline;
  EXPECT_THAT(with(Verdict::pass, report.criteria), testing::SizeIs(11));
  ASSERT_EQ(report.checklist.size(), 6U);
  for (const auto& item : report.checklist) {
    EXPECT_EQ(item.phase, reports::ChecklistPhase::after);
    EXPECT_EQ(item.verdict, Verdict::pass) << item.item;
  }
  EXPECT_THAT(contradictions(report), IsEmpty());
}

TEST(PostChecks, EachTroubleTurnsItsOwnRowRed) {
  const auto red_after = [](void (*trouble)(Live&)) {
    Live live;
    well(live);
    trouble(live);
    return red(live);
  };
  EXPECT_THAT(red_after([](Live& live) { live.requests(5, 500); }),
              ElementsAre("after.error_rate"));
  EXPECT_THAT(red_after([](Live& live) { live.requests(300, 200, 600'000); }),
              ElementsAre("after.latency_p95"));
  EXPECT_THAT(red_after([](Live& live) { live.lookups(400, "d1", 30'000); }),
              ElementsAre("after.cache_hit_rate"));
  EXPECT_THAT(red_after([](Live& live) { live.compared(1, "different"); }),
              ElementsAre("after.inconsistencies"));
  EXPECT_THAT(red_after([](Live& live) { live.finding("stop_writes"); }),
              ElementsAre("after.inconsistencies"));
  EXPECT_THAT(red_after([](Live& live) { live.lookups(2000, "cache", 150'000); }),
              ElementsAre("after.cached_p50"));
  EXPECT_THAT(red_after([](Live& live) { live.lookups(240, "d1", 400'000); }),
              ElementsAre("after.d1_p50"));
  EXPECT_THAT(red_after([](Live& live) { live.d1_calls(60, true, 150'000); }),
              ElementsAre("after.d1_query_p95"));
  EXPECT_THAT(red_after([](Live& live) { live.d1_calls(11, false); }),
              ElementsAre("after.d1_success"));
  // Errors of a route that few ask are too few for the error rate of the whole.
  EXPECT_THAT(red_after([](Live& live) {
                live.requests(3, 500, 20'000, "/v1/library/:userId/books/:isbn", "DELETE");
              }),
              ElementsAre("after.user_library"));
  EXPECT_THAT(
      red_after([](Live& live) { live.requests(3, 500, 20'000, "/v1/library/:userId/top-rated"); }),
      ElementsAre("after.complex_queries", "after.user_library"))
      << "the route is one of the user library's, so both rows say so";
}

TEST(PostChecks, AD1ThatNobodyAsksIsRed) {
  Live live;
  live.requests(4000).library().lookups(2000, "cache", 2'000).compared(400);
  EXPECT_THAT(red(live), ElementsAre("after.d1_queries"));
}

TEST(PostChecks, ASystemThatNobodyUsesHasNotFailed) {
  const Live live;
  const reports::Report report = report_of(Window(live.samples()));
  EXPECT_THAT(with(Verdict::unknown, report.criteria), testing::SizeIs(11));
  EXPECT_EQ(report.verdict, Verdict::unknown);
  EXPECT_THAT(contradictions(report), IsEmpty());
}

TEST(PostChecks, OperatorsAndProbesDoNotCount) {
  Live live;
  well(live);
  live.requests(50, 500, 5'000'000, "/admin/migrate-kv-to-d1", "POST");
  live.requests(50, 500, 5'000'000, "/health").requests(50, 500, 5'000'000, "/metrics");
  EXPECT_THAT(red(live), IsEmpty());
}

TEST(PostChecks, TooLittleIsUnknownAndSaysSo) {
  Live live;
  live.requests(10).lookups(5, "cache", 2'000).lookups(1, "d1", 2'000).d1_calls(3);
  const reports::Report report = report_of(Window(live.samples()));
  EXPECT_EQ(report.verdict, Verdict::unknown);
  EXPECT_THAT(red(live), IsEmpty());
  EXPECT_THAT(with(Verdict::pass, report.criteria), ElementsAre("after.d1_queries"));
  EXPECT_THAT(report.checklist[0].evidence, HasSubstr("10 requests"));
  EXPECT_THAT(report.checklist[0].evidence, HasSubstr("too few to tell"));
  EXPECT_THAT(contradictions(report), IsEmpty());
}

TEST(PostChecks, AMetricThatIsMissingIsUnknown) {
  const Window window(samples_from("bookstrack_other_total 7\n").value());
  const reports::Report report = report_of(window);
  EXPECT_THAT(with(Verdict::unknown, report.criteria), testing::SizeIs(11));
  EXPECT_EQ(report.verdict, Verdict::unknown);
}

TEST(PostChecks, TroubleBeforeTheEarlierTextDoesNotCount) {
  Live live;
  live.requests(100, 500).d1_calls(100, false).compared(3, "different");
  const auto before = live.samples();
  EXPECT_EQ(report_of(Window(well(live).samples(), before)).verdict, Verdict::pass);
  EXPECT_EQ(report_of(Window(live.samples())).verdict, Verdict::fail);
}

TEST(PostChecks, ARestartLeavesNoPassBehind) {
  Live first;
  well(first).requests(4000);
  Live second;
  well(second).requests(5, 500);
  const reports::Report report = report_of(Window(second.samples(), first.samples()));
  EXPECT_THAT(with(Verdict::fail, report.criteria), ElementsAre("after.error_rate"));
  EXPECT_THAT(report.checklist[1].evidence, HasSubstr("restarted in between"));
  EXPECT_THAT(contradictions(report), IsEmpty());
}

TEST(PostChecks, BucketsThatAreTooCoarseCannotBeJudged) {
  const Window window(samples_from("bookstrack_http_request_seconds_bucket{le=\"0.2\"} 10\n"
                                   "bookstrack_http_request_seconds_bucket{le=\"2\"} 1000\n"
                                   "bookstrack_http_request_seconds_bucket{le=\"+Inf\"} 1000\n"
                                   "bookstrack_http_request_seconds_count 1000\n")
                          .value());
  const Criterion p95 = post_criteria(window)[1];
  EXPECT_EQ(p95.verdict, Verdict::unknown);
  EXPECT_THAT(p95.note, HasSubstr("between 200 and 2000 ms"));
}

}  // namespace
}  // namespace cutover::golive
