// System: everything that goes live in one isolate, put together from its ports.
//
// The same in production (adapters) and in simulation (fakes): whoever has the five ports has the
// system (R0.4). Nothing is kept outside of it but what the ports keep, so an isolate that dies is
// replaced by a new System.
//
// tick() is the isolate's housekeeping; its owner calls it about once a second. Calls may come from
// any task and may switch.
#pragma once

#include <functional>
#include <string>

#include "core/api/api.h"
#include "core/lookup/lookup.h"
#include "core/rollout/guarded_ports.h"
#include "core/rollout/rollout.h"
#include "core/store/cache_metrics.h"

namespace cutover::api {

struct SystemOptions {
  // The KV store itself, where `kv` is a cache in front of it: the migrator and comparisons read
  // it. It must outlive the system. Null: `kv` has no cache that could be passed by.
  KvStore* uncached_kv = nullptr;
  lookup::LookupOptions lookup;
  rollout::RolloutOptions rollout;
  rollout::BreakerOptions d1_breaker;
  rollout::BreakerOptions provider_breaker;
  store::CacheMetricsOptions cache_metrics;
  ApiOptions api;
  std::function<std::string()> metrics_text;  // Prometheus text for GET /metrics; may be empty
};

class System {
 public:
  // The ports must outlive the system and the work that it defers.
  System(KvStore& kv, Database& database, BookProvider& provider, Runtime& runtime,
         Telemetry& telemetry, const SystemOptions& options);
  System(const System&) = delete;
  System& operator=(const System&) = delete;

  [[nodiscard]] Api& api() { return api_; }
  [[nodiscard]] lookup::BookLookup& lookup() { return lookup_; }
  [[nodiscard]] rollout::Rollout& rollout() { return rollout_; }
  [[nodiscard]] const rollout::SharedBreaker& d1_breaker() const { return database_.breaker(); }
  [[nodiscard]] const rollout::SharedBreaker& provider_breaker() const {
    return provider_.breaker();
  }

  // The guard's look at the traffic, and cache metrics that are due.
  void tick();

 private:
  Telemetry& telemetry_;
  rollout::Rollout rollout_;
  rollout::GuardedDatabase database_;
  rollout::GuardedProvider provider_;
  store::CacheMetrics cache_metrics_;
  lookup::BookLookup lookup_;
  Api api_;
};

}  // namespace cutover::api
