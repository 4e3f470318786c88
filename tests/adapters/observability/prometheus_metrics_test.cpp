#include "adapters/observability/prometheus_metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <regex>
#include <set>
#include <sstream>
#include <thread>

namespace cutover::observability {
namespace {

using testing::HasSubstr;
using testing::Not;

const std::filesystem::path root(CUTOVER_SOURCE_DIR);

std::string contents(const std::filesystem::path& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

// Each event that the system emits, at least once.
void emit_everything(PrometheusMetrics& metrics) {
  const std::int64_t yes = 1;
  const std::int64_t no = 0;
  const std::int64_t micros = 2500;
  for (const std::string_view tier : {"cache", "cache", "cache", "d1", "provider", "missing"}) {
    metrics.emit("lookup.read",
                 {{"tier", tier}, {"stale", no}, {"remembered", no}, {"micros", micros}});
  }
  metrics.emit("lookup.follower", {});
  metrics.emit("lookup.fill", {{"ok", no}});
  metrics.emit("lookup.refresh", {{"ok", yes}});
  metrics.emit("lookup.shadow", {{"result", std::string_view("different")}});
  metrics.emit("lookup.malformed", {{"reason", std::string_view("bad_json")}});
  metrics.emit("d1.call", {{"ok", yes}, {"kind", std::string_view()}, {"micros", micros}});
  metrics.emit("d1.call",
               {{"ok", no}, {"kind", std::string_view("overloaded")}, {"micros", micros}});
  metrics.emit("d1.call", {{"ok", no}, {"kind", std::string_view("refused")}, {"micros", no}});
  metrics.emit("provider.call",
               {{"ok", no}, {"kind", std::string_view("throttled")}, {"micros", micros}});
  metrics.emit("breaker.changed",
               {{"service", std::string_view("d1")}, {"state", std::string_view("open")}});
  metrics.emit("http.request", {{"route", std::string_view("/v1/search/isbn")},
                                {"method", std::string_view("GET")},
                                {"status", std::int64_t{200}},
                                {"micros", micros}});
  metrics.emit("rollout.changed", {{"phase", std::string_view("d1_reads")},
                                   {"percent", std::int64_t{25}},
                                   {"revision", std::int64_t{7}}});
  metrics.emit("guard.finding", {{"criterion", std::string_view("error_rate")},
                                 {"action", std::string_view("rollback")}});
  metrics.emit("cache_metrics.flush", {{"ok", yes}, {"rows", std::int64_t{12}}});
  metrics.emit("retry", {{"service", std::string_view("kv")},
                         {"operation", std::string_view("get")},
                         {"kind", std::string_view("timeout")}});
  metrics.emit("migrate.started", {});
  metrics.emit("migrate.chunk", {{"listed", std::int64_t{300}}});
}

TEST(PrometheusMetrics, CountsEachEventUnderItsLabels) {
  PrometheusMetrics metrics;
  emit_everything(metrics);
  const std::string text = metrics.text();
  for (const char* line :
       {"bookstrack_lookup_reads_total{remembered=\"0\",stale=\"0\",tier=\"cache\"} 3\n",
        "bookstrack_lookup_read_seconds_count{tier=\"cache\"} 3\n",
        "bookstrack_lookup_read_seconds_bucket{tier=\"cache\",le=\"0.001\"} 0\n",
        "bookstrack_lookup_read_seconds_bucket{tier=\"cache\",le=\"0.005\"} 3\n",
        "bookstrack_cache_hit_rate 0.5\n",
        "bookstrack_lookup_followers_total 1\n",
        "bookstrack_lookup_fills_total{result=\"failed\"} 1\n",
        "bookstrack_lookup_fills_total{result=\"ok\"} 0\n",
        "bookstrack_lookup_refreshes_total{result=\"ok\"} 1\n",
        "bookstrack_lookup_shadow_reads_total{result=\"different\"} 1\n",
        "bookstrack_lookup_malformed_total{reason=\"bad_json\"} 1\n",
        "bookstrack_d1_calls_total{kind=\"\",result=\"ok\"} 1\n",
        "bookstrack_d1_calls_total{kind=\"overloaded\",result=\"failed\"} 1\n",
        "bookstrack_d1_call_seconds_count 2\n",
        "bookstrack_provider_calls_total{kind=\"throttled\",result=\"failed\"} 1\n",
        "bookstrack_breaker_state{service=\"d1\",state=\"open\"} 1\n",
        "bookstrack_breaker_state{service=\"d1\",state=\"closed\"} 0\n",
        "bookstrack_breaker_state{service=\"provider\",state=\"closed\"} 1\n",
        "bookstrack_breaker_changes_total{service=\"d1\",state=\"open\"} 1\n",
        "bookstrack_http_requests_total{method=\"GET\",route=\"/v1/search/isbn\",status=\"200\"} "
        "1\n",
        "bookstrack_http_request_seconds_count{route=\"/v1/search/isbn\"} 1\n",
        "bookstrack_rollout_phase{phase=\"d1_reads\"} 1\n",
        "bookstrack_rollout_phase{phase=\"kv_only\"} 0\n",
        "bookstrack_rollout_revision 7\n",
        "bookstrack_rollout_d1_reads_ratio 0.25\n",
        "bookstrack_guard_findings_total{action=\"rollback\",criterion=\"error_rate\"} 1\n",
        "bookstrack_cache_metrics_flushes_total{result=\"ok\"} 1\n",
        "bookstrack_cache_metrics_rows_total 12\n",
        "bookstrack_retries_total{kind=\"timeout\",operation=\"get\",service=\"kv\"} 1\n",
        "bookstrack_migrate_listed_keys 300\n",
        "bookstrack_migrate_events_total{event=\"chunk\"} 1\n"}) {
    EXPECT_THAT(text, HasSubstr(line));
  }
}

TEST(PrometheusMetrics, WhatAlertsCompareIsThereBeforeTheFirstEvent) {
  const std::string text = PrometheusMetrics().text();
  EXPECT_THAT(text, HasSubstr("tier=\"unavailable\"} 0\n"));
  EXPECT_THAT(text, HasSubstr("bookstrack_rollout_phase{phase=\"kv_only\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("bookstrack_lookup_shadow_reads_total{result=\"different\"} 0\n"));
}

TEST(PrometheusMetrics, UnknownEventsAndMissingFieldsDoNoHarm) {
  PrometheusMetrics metrics;
  metrics.emit("something.else", {{"x", std::int64_t{1}}});
  metrics.emit("lookup.something", {});
  metrics.emit("http.request", {});
  metrics.emit("lookup.read", {{"tier", std::int64_t{3}}});
  EXPECT_THAT(metrics.text(), Not(HasSubstr("something")));
}

TEST(PrometheusMetrics, LabelValuesAreBounded) {
  PrometheusMetrics metrics;
  for (int i = 0; i < 10'000; ++i) {
    const std::string reason = "reason" + std::to_string(i);
    metrics.emit("lookup.malformed", {{"reason", std::string_view(reason)}});
  }
  const std::string text = metrics.text();
  EXPECT_THAT(text, HasSubstr("bookstrack_lookup_malformed_total{reason=\"other\"} 9950\n"));
  EXPECT_LT(text.size(), 50'000U);
}

TEST(PrometheusMetrics, CountsFromManyThreadsAtOnce) {
  PrometheusMetrics metrics;
  std::vector<std::thread> threads;
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&] {
      for (std::int64_t i = 0; i < 500; ++i) {
        metrics.emit("http.request", {{"route", std::string_view("/health")},
                                      {"method", std::string_view("GET")},
                                      {"status", 200 + i % 10},
                                      {"micros", i}});
        if (i % 100 == 0) (void)metrics.text();
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_THAT(metrics.text(),
              HasSubstr("bookstrack_http_request_seconds_count{route=\"/health\"} 4000\n"));
}

// Runs a command on a file with this text; its exit code.
int run_on(const std::string& command, const std::string& text) {
  const auto file =
      std::filesystem::temp_directory_path() / ("bookstrack-metrics-" + std::to_string(::getpid()));
  std::ofstream(file) << text;
  const int code = std::system((command + " < " + file.string()).c_str());
  std::filesystem::remove(file);
  return code;
}

TEST(PrometheusMetrics, PromtoolAcceptsTheText) {
  if (std::system("command -v promtool > /dev/null") != 0) GTEST_SKIP() << "promtool is missing";
  EXPECT_EQ(run_on("promtool check metrics", PrometheusMetrics().text()), 0);
  PrometheusMetrics metrics;
  emit_everything(metrics);
  EXPECT_EQ(run_on("promtool check metrics", metrics.text()), 0);
  EXPECT_NE(run_on("promtool check metrics 2> /dev/null", "Bad-Name 1\n"), 0) << "it can refuse";
}

TEST(AlertRules, PromtoolTestsPass) {
  if (std::system("command -v promtool > /dev/null") != 0) GTEST_SKIP() << "promtool is missing";
  const std::string folder = (root / "ops/prometheus").string();
  EXPECT_EQ(std::system(("promtool check rules " + folder + "/alerts.yml").c_str()), 0);
  EXPECT_EQ(std::system(("promtool test rules " + folder + "/alerts_test.yml").c_str()), 0);
}

// The names of metrics in a text, without the suffixes of a histogram's parts.
std::set<std::string> metrics_in(const std::string& text) {
  static const std::regex name("bookstrack_[a-z0-9_]+");
  static const std::regex part("_(bucket|count|sum)$");
  std::set<std::string> names;
  for (auto it = std::sregex_iterator(text.begin(), text.end(), name); it != std::sregex_iterator();
       ++it) {
    names.insert(std::regex_replace(it->str(), part, ""));
  }
  return names;
}

TEST(AlertRules, RulesAndDashboardNameOnlyMetricsThatAreExported) {
  PrometheusMetrics metrics;
  emit_everything(metrics);
  const std::set<std::string> exported = metrics_in(metrics.text());
  for (const char* path : {"ops/prometheus/alerts.yml", "ops/prometheus/alerts_test.yml",
                           "ops/grafana/bookstrack.json"}) {
    const std::set<std::string> named = metrics_in(contents(root / path));
    EXPECT_GT(named.size(), 5U) << path;
    for (const std::string& one : named) EXPECT_TRUE(exported.contains(one)) << path << ": " << one;
  }
  // And the page for people names each that there is.
  const std::set<std::string> documented = metrics_in(contents(root / "docs/SERVE.md"));
  for (const std::string& one : exported) EXPECT_TRUE(documented.contains(one)) << one;
}

TEST(AlertRules, EachCriterionOfThePlanHasItsAlert) {
  const std::string rules = contents(root / "ops/prometheus/alerts.yml");
  const std::string tests = contents(root / "ops/prometheus/alerts_test.yml");
  for (const char* alert : {"BookstrackErrorRate", "BookstrackLatencyP95", "BookstrackD1Failures",
                            "BookstrackErrorSpike", "BookstrackInconsistency",
                            "BookstrackServerErrors", "BookstrackAnyD1Failure", "BookstrackSlowNow",
                            "BookstrackCacheHitRate", "BookstrackBreakerOpen"}) {
    EXPECT_THAT(rules, HasSubstr("alert: " + std::string(alert) + "\n"));
    EXPECT_THAT(tests, HasSubstr(alert));
  }
}

}  // namespace
}  // namespace cutover::observability
