// What a client of the HTTP API sees of a service's failure: a status and a code, or nothing at
// all.
//
// The table is in docs/SIMULATE.md. Codes and statuses: cloudflare-facts A4, B5.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/ports/outcome.h"
#include "fakes/cloudflare/answer.h"

namespace cutover::simulate {

// `method` as the API names it in its messages: "get", "put", "list keys", ...
[[nodiscard]] Answer kv_failure(std::string_view method, const Failure& failure);
[[nodiscard]] Answer d1_failure(const Failure& failure);

// The same as the services themselves say it, which a Worker's bindings hear. Nothing: no answer.
struct KvSaid {
  int status = 0;
  std::string text;  // "Too Many Requests"
};
[[nodiscard]] std::optional<KvSaid> said_by_kv(const Failure& failure);
// Without the "D1_ERROR: " that the binding puts before it.
[[nodiscard]] std::string said_by_d1(const Failure& failure);

[[nodiscard]] ApiError namespace_not_found(std::string_view method);

}  // namespace cutover::simulate
