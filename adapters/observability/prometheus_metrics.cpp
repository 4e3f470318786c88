#include "adapters/observability/prometheus_metrics.h"

#include <prometheus/text_serializer.h>

#include <atomic>
#include <iterator>

#include "adapters/observability/event_fields.h"
#include "adapters/observability/metric_family.h"

namespace cutover::observability {
namespace {

using prometheus::Counter;
using prometheus::Gauge;
using prometheus::Histogram;
using Buckets = Histogram::BucketBoundaries;

// Around the plan's limits (100, 300, 500 and 1,000 ms), with room on both sides.
const Buckets seconds_buckets = {0.0001, 0.0005, 0.001, 0.005, 0.01, 0.025, 0.05, 0.1,
                                 0.2,    0.3,    0.5,   0.75,  1.0,  2.0,   5.0,  10.0};

constexpr std::array<std::string_view, 7> phases = {
    "kv_only", "dual_write", "backfill", "reconcile", "verify", "d1_reads", "d1"};
// Routes, methods and statuses together; core/api gives each of them from a fixed list.
constexpr std::size_t request_members_max = 500;

constexpr std::array<std::string_view, 3> breaker_states = {"closed", "open", "half_open"};

double seconds_in(std::span<const Field> fields) {
  return static_cast<double>(number_in(fields, "micros")) / 1e6;
}

std::string_view result_of(std::int64_t ok) {
  return ok != 0 ? "ok" : "failed";
}

}  // namespace

struct PrometheusMetrics::State {
  prometheus::Registry registry;

  MetricFamily<Counter> counter(const char* name, const char* help,
                                std::vector<std::string> labels = {},
                                std::size_t members_max = label_values_max) {
    return {prometheus::BuildCounter().Name(name).Help(help).Register(registry), std::move(labels),
            members_max};
  }
  MetricFamily<Gauge> gauge(const char* name, const char* help,
                            std::vector<std::string> labels = {}) {
    return {prometheus::BuildGauge().Name(name).Help(help).Register(registry), std::move(labels),
            label_values_max};
  }
  MetricFamily<Histogram> histogram(const char* name, const char* help,
                                    std::vector<std::string> labels = {}) {
    return {prometheus::BuildHistogram().Name(name).Help(help).Register(registry),
            std::move(labels), label_values_max};
  }

  MetricFamily<Counter> reads = counter("bookstrack_lookup_reads_total", "Lookups by what answered",
                                        {"tier", "stale", "remembered"});
  MetricFamily<Histogram> read_seconds =
      histogram("bookstrack_lookup_read_seconds", "Duration of lookups", {"tier"});
  MetricFamily<Gauge> hit_rate =
      gauge("bookstrack_cache_hit_rate", "Part of the lookups since the start that KV answered");
  MetricFamily<Counter> followers = counter("bookstrack_lookup_followers_total",
                                            "Lookups that waited for another's provider call");
  MetricFamily<Counter> fills =
      counter("bookstrack_lookup_fills_total", "Deferred cache fills by result", {"result"});
  MetricFamily<Counter> refreshes =
      counter("bookstrack_lookup_refreshes_total", "Background refreshes by result", {"result"});
  MetricFamily<Counter> shadows =
      counter("bookstrack_lookup_shadow_reads_total",
              "KV answers compared with D1 by result (same, different, absent)", {"result"});
  MetricFamily<Counter> malformed =
      counter("bookstrack_lookup_malformed_total", "Stored values that were no book", {"reason"});
  MetricFamily<Counter> d1_calls = counter(
      "bookstrack_d1_calls_total", "Calls to D1 by result and kind of failure", {"result", "kind"});
  MetricFamily<Histogram> d1_seconds =
      histogram("bookstrack_d1_call_seconds", "Duration of calls to D1");
  MetricFamily<Counter> provider_calls =
      counter("bookstrack_provider_calls_total",
              "Calls to the provider by result and kind of failure", {"result", "kind"});
  MetricFamily<Histogram> provider_seconds =
      histogram("bookstrack_provider_call_seconds", "Duration of calls to the provider");
  MetricFamily<Gauge> breaker = gauge(
      "bookstrack_breaker_state", "1 for the state that the breaker is in", {"service", "state"});
  MetricFamily<Counter> breaker_changes = counter(
      "bookstrack_breaker_changes_total", "Changes of a breaker to a state", {"service", "state"});
  MetricFamily<Counter> requests =
      counter("bookstrack_http_requests_total", "HTTP requests by route, method and status",
              {"route", "method", "status"}, request_members_max);
  MetricFamily<Histogram> request_seconds =
      histogram("bookstrack_http_request_seconds", "Duration of HTTP requests", {"route"});
  MetricFamily<Gauge> phase =
      gauge("bookstrack_rollout_phase", "1 for the phase that the rollout is in", {"phase"});
  MetricFamily<Gauge> reads_ratio = gauge("bookstrack_rollout_d1_reads_ratio",
                                          "Part of the ISBNs whose reads the phase gives to D1");
  MetricFamily<Gauge> revision = gauge("bookstrack_rollout_revision",
                                       "Number of the rollout state, one more with each change");
  MetricFamily<Counter> findings = counter(
      "bookstrack_guard_findings_total", "Findings of the rollback guard", {"criterion", "action"});
  MetricFamily<Counter> flushes = counter("bookstrack_cache_metrics_flushes_total",
                                          "Writes of the cache metrics by result", {"result"});
  MetricFamily<Counter> flushed_rows =
      counter("bookstrack_cache_metrics_rows_total", "Rows of cache metrics that were written");
  MetricFamily<Counter> retries = counter("bookstrack_retries_total", "Calls that were repeated",
                                          {"service", "operation", "kind"});
  MetricFamily<Gauge> migrate_listed =
      gauge("bookstrack_migrate_listed_keys", "Keys that the newest migration run has listed");
  MetricFamily<Counter> migrate_events =
      counter("bookstrack_migrate_events_total", "Events of the migrator", {"event"});

  std::atomic<std::int64_t> hits = 0;
  std::atomic<std::int64_t> lookups = 0;

  State();
  void lookup_read(std::span<const Field> fields);
  void call(MetricFamily<Counter>& calls, MetricFamily<Histogram>& seconds,
            std::span<const Field> fields);
  void lookup(std::string_view event, std::span<const Field> fields);
  void rollout(std::string_view event, std::span<const Field> fields);
  void set_breaker(std::string_view service, std::string_view state);
  void set_phase(std::string_view now);
};

// What alerts compare must exist before the first event, at zero.
PrometheusMetrics::State::State() {
  for (const std::string_view tier : {"cache", "d1", "provider", "missing", "unavailable"}) {
    reads.with({tier, "0", "0"});
    read_seconds.with({tier}, seconds_buckets);
  }
  for (const std::string_view result : {"ok", "failed"}) {
    fills.with({result});
    refreshes.with({result});
    flushes.with({result});
  }
  for (const std::string_view result : {"same", "different", "absent"}) shadows.with({result});
  followers.with({});
  d1_calls.with({"ok", ""});
  provider_calls.with({"ok", ""});
  d1_seconds.with({}, seconds_buckets);
  provider_seconds.with({}, seconds_buckets);
  hit_rate.with({}).Set(1);
  for (const std::string_view service : {"d1", "provider"}) set_breaker(service, "closed");
  set_phase("kv_only");
  reads_ratio.with({});
  revision.with({});
  flushed_rows.with({});
  migrate_listed.with({});
}

void PrometheusMetrics::State::set_breaker(std::string_view service, std::string_view state) {
  for (const std::string_view one : breaker_states) {
    breaker.with({service, one}).Set(one == state ? 1 : 0);
  }
}

void PrometheusMetrics::State::set_phase(std::string_view now) {
  for (const std::string_view one : phases) phase.with({one}).Set(one == now ? 1 : 0);
}

void PrometheusMetrics::State::lookup_read(std::span<const Field> fields) {
  const std::string_view tier = text_in(fields, "tier");
  const auto digit = [&](std::string_view name) -> std::string_view {
    return number_in(fields, name) != 0 ? "1" : "0";
  };
  reads.with({tier, digit("stale"), digit("remembered")}).Increment();
  read_seconds.with({tier}, seconds_buckets).Observe(seconds_in(fields));
  // A remembered absence is KV's answer too; one that had to be asked for is not.
  const bool hit = tier == "cache" || (tier == "missing" && number_in(fields, "remembered") != 0);
  hits += hit ? 1 : 0;
  lookups += 1;
}

void PrometheusMetrics::State::call(MetricFamily<Counter>& calls, MetricFamily<Histogram>& seconds,
                                    std::span<const Field> fields) {
  const std::int64_t ok = number_in(fields, "ok");
  const std::string_view kind = ok != 0 ? std::string_view() : text_in(fields, "kind");
  calls.with({result_of(ok), kind}).Increment();
  // What the breaker refused took no time, and would make a sick service look fast.
  if (kind != "refused") seconds.with({}, seconds_buckets).Observe(seconds_in(fields));
}

void PrometheusMetrics::State::lookup(std::string_view event, std::span<const Field> fields) {
  if (event == "lookup.read")
    lookup_read(fields);
  else if (event == "lookup.follower")
    followers.with({}).Increment();
  else if (event == "lookup.fill")
    fills.with({result_of(number_in(fields, "ok"))}).Increment();
  else if (event == "lookup.refresh")
    refreshes.with({result_of(number_in(fields, "ok"))}).Increment();
  else if (event == "lookup.shadow")
    shadows.with({text_in(fields, "result")}).Increment();
  else if (event == "lookup.malformed")
    malformed.with({text_in(fields, "reason")}).Increment();
}

void PrometheusMetrics::State::rollout(std::string_view event, std::span<const Field> fields) {
  if (event == "breaker.changed") {
    const std::string_view service = text_in(fields, "service");
    const std::string_view state = text_in(fields, "state");
    breaker_changes.with({service, state}).Increment();
    set_breaker(service, state);
  } else if (event == "rollout.changed") {
    set_phase(text_in(fields, "phase"));
    reads_ratio.with({}).Set(static_cast<double>(number_in(fields, "percent")) / 100);
    revision.with({}).Set(static_cast<double>(number_in(fields, "revision")));
  } else if (event == "guard.finding") {
    findings.with({text_in(fields, "criterion"), text_in(fields, "action")}).Increment();
  }
}

PrometheusMetrics::PrometheusMetrics() : state_(std::make_unique<State>()) {}

PrometheusMetrics::~PrometheusMetrics() = default;

void PrometheusMetrics::emit(std::string_view name, std::span<const Field> fields) {
  State& state = *state_;
  if (name == "http.request") {
    const std::string_view route = text_in(fields, "route");
    const std::string status = std::to_string(number_in(fields, "status"));
    state.requests.with({route, text_in(fields, "method"), status}).Increment();
    state.request_seconds.with({route}, seconds_buckets).Observe(seconds_in(fields));
  } else if (name.starts_with("lookup.")) {
    state.lookup(name, fields);
  } else if (name == "d1.call") {
    state.call(state.d1_calls, state.d1_seconds, fields);
  } else if (name == "provider.call") {
    state.call(state.provider_calls, state.provider_seconds, fields);
  } else if (name == "cache_metrics.flush") {
    state.flushes.with({result_of(number_in(fields, "ok"))}).Increment();
    state.flushed_rows.with({}).Increment(static_cast<double>(number_in(fields, "rows")));
  } else if (name == "retry") {
    state.retries
        .with({text_in(fields, "service"), text_in(fields, "operation"), text_in(fields, "kind")})
        .Increment();
  } else if (name.starts_with("migrate.")) {
    state.migrate_events.with({name.substr(8)}).Increment();
    if (name == "migrate.chunk") {
      state.migrate_listed.with({}).Set(static_cast<double>(number_in(fields, "listed")));
    }
  } else {
    state.rollout(name, fields);
  }
}

std::string PrometheusMetrics::text() const {
  const std::int64_t lookups = state_->lookups;
  if (lookups > 0) {
    const std::int64_t hits = state_->hits;
    state_->hit_rate.with({}).Set(static_cast<double>(hits) / static_cast<double>(lookups));
  }
  return prometheus::TextSerializer().Serialize(state_->registry.Collect());
}

}  // namespace cutover::observability
