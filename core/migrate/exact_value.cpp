#include "core/migrate/exact_value.h"

namespace cutover::migrate {
namespace {

constexpr std::string_view replacement_character = "\xEF\xBF\xBD";

}  // namespace

Outcome<std::optional<std::string>> exact_value(KvStore& kv, Runtime& runtime, Telemetry& telemetry,
                                                const RetryPolicy& retry, const std::string& key,
                                                std::optional<std::string> text) {
  if (!text || text->find(replacement_character) == std::string::npos) return text;
  return value_alone(kv, runtime, telemetry, retry, key);
}

Outcome<std::optional<std::string>> value_alone(KvStore& kv, Runtime& runtime, Telemetry& telemetry,
                                                const RetryPolicy& retry, const std::string& key) {
  auto value =
      with_retry(runtime, telemetry, retry, Repeat::idempotent, [&] { return kv.get(key); });
  if (!value) return value.error();
  if (!*value) return std::optional<std::string>();
  return std::optional<std::string>(std::move((*value)->bytes));
}

}  // namespace cutover::migrate
