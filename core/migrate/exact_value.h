// exact_value: the bytes of a value that came from a bulk read.
//
// Bulk reads are text: U+FFFD in one may stand for bytes that are not UTF-8. Only then is the key
// read again alone, as bytes. Switches when it reads.
#pragma once

#include <optional>
#include <string>

#include "core/ports/kv_store.h"
#include "core/ports/retry.h"

namespace cutover::migrate {

Outcome<std::optional<std::string>> exact_value(KvStore& kv, Runtime& runtime, Telemetry& telemetry,
                                                const RetryPolicy& retry, const std::string& key,
                                                std::optional<std::string> text);

// The same for a value that was not read in bulk. Switches.
Outcome<std::optional<std::string>> value_alone(KvStore& kv, Runtime& runtime, Telemetry& telemetry,
                                                const RetryPolicy& retry, const std::string& key);

}  // namespace cutover::migrate
