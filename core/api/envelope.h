// Envelopes: the one form of every answer but /metrics (plan item 2.3).
//
//   {"success":true,"data":{...},"metadata":{...,"timestamp":"2025-11-24T16:00:00.000Z"}}
//   {"success":false,"error":{"code":"...","message":"...","details":...},"metadata":{"timestamp"}}
#pragma once

#include <string>
#include <string_view>

#include "core/api/problem.h"
#include "core/ports/runtime.h"

namespace cutover::api {

// "2025-11-24T16:00:00.000Z"
[[nodiscard]] std::string iso_time(UnixTime time);

// `data`: a JSON object. `metadata`: a JSON object whose members come before the timestamp.
// `top`: a JSON object whose members stand beside `data` (the legacy search).
[[nodiscard]] HttpResponse success(UnixTime now, std::string_view data, int status = 200,
                                   std::string_view metadata = "{}", std::string_view top = "{}");

[[nodiscard]] HttpResponse failure(UnixTime now, const Problem& problem);

}  // namespace cutover::api
