#include "core/api/system.h"

namespace cutover::api {

System::System(KvStore& kv, Database& database, BookProvider& provider, Runtime& runtime,
               Telemetry& telemetry, const SystemOptions& options)
    : telemetry_(telemetry),
      rollout_(kv, database, runtime, telemetry, options.rollout),
      database_(database, runtime, telemetry, options.d1_breaker,
                [this](bool ok, Duration took) { rollout_.d1_call_finished(ok, took); }),
      provider_(provider, runtime, telemetry, options.provider_breaker),
      cache_metrics_(runtime, options.cache_metrics),
      lookup_(kv, database_, provider_, runtime, telemetry, rollout_, options.lookup),
      api_({kv, options.uncached_kv == nullptr ? kv : *options.uncached_kv, database_, database,
            lookup_, rollout_, cache_metrics_, database_.breaker(), provider_.breaker(), runtime,
            telemetry, options.metrics_text},
           options.api) {}

void System::tick() {
  rollout_.tick();
  if (!cache_metrics_.due()) return;
  const auto flushed = cache_metrics_.flush(database_);  // a failure loses nothing but counts
  telemetry_.emit("cache_metrics.flush", {{"ok", std::int64_t{flushed ? 1 : 0}}});
}

}  // namespace cutover::api
