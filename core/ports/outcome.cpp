#include "core/ports/outcome.h"

namespace cutover {

std::string_view name_of(Service service) {
  switch (service) {
    case Service::kv: return "kv";
    case Service::d1: return "d1";
    case Service::provider: return "provider";
  }
  return "?";
}

std::string_view name_of(FailureKind kind) {
  switch (kind) {
    case FailureKind::throttled: return "throttled";
    case FailureKind::overloaded: return "overloaded";
    case FailureKind::unavailable: return "unavailable";
    case FailureKind::timeout: return "timeout";
    case FailureKind::connection_lost: return "connection lost";
    case FailureKind::limit_exceeded: return "limit exceeded";
    case FailureKind::constraint: return "constraint";
    case FailureKind::malformed: return "malformed";
    case FailureKind::unauthorized: return "unauthorized";
  }
  return "?";
}

std::string_view name_of(Effect effect) {
  return effect == Effect::not_applied ? "not applied" : "effect unknown";
}

std::string describe(const Failure& failure) {
  std::string text;
  text.append(name_of(failure.service)).append(" ").append(failure.operation).append(": ");
  text.append(name_of(failure.kind)).append(" (").append(name_of(failure.effect)).append("): ");
  text.append(failure.message);
  return text;
}

}  // namespace cutover
