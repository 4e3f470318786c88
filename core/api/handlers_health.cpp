// For machines that watch: is this process well, and what has it counted? (R3.8)

#include <mutex>

#include "core/api/envelope.h"
#include "core/api/handlers.h"
#include "core/api/json_writer.h"

namespace cutover::api {
namespace {

constexpr Duration phase_lasts = std::chrono::seconds(5);

// The phase in force. A database that is known to be down is not asked: a health check must not
// wait for it.
std::optional<std::string> phase_in_force(Context& context) {
  const Duration now = context.parts.runtime.now();
  const bool down = context.parts.d1_breaker.state() == rollout::BreakerState::open;
  {
    const std::lock_guard lock(*context.mutex);
    const bool fresh = context.phase_at && now - *context.phase_at < phase_lasts;
    if (fresh || down) return context.phase;
    context.phase_at = now;  // one request asks; the others go on with what is known
  }
  const auto view = context.parts.rollout.view();
  const std::lock_guard lock(*context.mutex);
  if (view) context.phase = std::string(name_of(view->state.phase));
  return context.phase;
}

void write_backend(JsonWriter& json, std::string_view name, const rollout::SharedBreaker& breaker) {
  const auto counts = breaker.counts();
  json.key(name).begin_object().text("breaker", name_of(breaker.state()));
  json.number("retryAfterSeconds",
              std::chrono::ceil<std::chrono::seconds>(breaker.retry_after()).count());
  json.number("calls", counts.calls).number("failures", counts.failures).end_object();
}

}  // namespace

// 200 as long as this process answers at all: that D1 is down does not make it unhealthy, since
// what can be answered from the cache still is.
Checked<HttpResponse> health(Call& call) {
  const ApiParts& parts = call.parts();
  const auto closed = [](const rollout::SharedBreaker& breaker) {
    return breaker.state() == rollout::BreakerState::closed;
  };
  JsonWriter data;
  data.begin_object().text("status", "ok");
  data.boolean("degraded", !closed(parts.d1_breaker) || !closed(parts.provider_breaker));
  data.text("version", call.options().version);
  data.maybe_text("phase", phase_in_force(*call.context));
  data.key("backends").begin_object();
  write_backend(data, "d1", parts.d1_breaker);
  write_backend(data, "provider", parts.provider_breaker);
  data.end_object().end_object();
  return success(parts.runtime.wall(), data.take());
}

Checked<HttpResponse> metrics(Call& call) {
  if (!call.parts().metrics_text) {
    return refuse(404, "NOT_FOUND", "this process keeps no metrics");
  }
  HttpResponse response;
  response.content_type = "text/plain; version=0.0.4; charset=utf-8";
  response.body = call.parts().metrics_text();
  return response;
}

}  // namespace cutover::api
