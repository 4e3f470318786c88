// What a client of the HTTP API sees of a service's failure: a status and a code, or nothing at
// all.
//
// The table is in docs/SIMULATE.md. Codes and statuses: cloudflare-facts A4, B5.
#pragma once

#include <string_view>

#include "core/ports/outcome.h"
#include "fakes/cloudflare/answer.h"

namespace cutover::simulate {

// `method` as the API names it in its messages: "get", "put", "list keys", ...
[[nodiscard]] Answer kv_failure(std::string_view method, const Failure& failure);
[[nodiscard]] Answer d1_failure(const Failure& failure);

[[nodiscard]] ApiError namespace_not_found(std::string_view method);

}  // namespace cutover::simulate
