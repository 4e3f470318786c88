// An answer as the bytes that go over the wire: status line, headers, body.
//
// A header with a control byte in it is left out rather than sent, so that no value can end the
// head early. Pure: the time is given.
#pragma once

#include <cstdint>
#include <string>

#include "adapters/http/request_head.h"
#include "core/api/http_message.h"

namespace cutover::http {

// `unix_seconds` becomes the Date header. Without `with_body` (the answer to HEAD) Content-Length
// still says how long the body would be.
[[nodiscard]] std::string response_text(const api::HttpResponse& response, bool keep_alive,
                                        bool with_body, std::int64_t unix_seconds);

// The same envelope that core/api gives for its own refusals.
[[nodiscard]] api::HttpResponse problem_response(const HttpProblem& problem,
                                                 std::int64_t unix_seconds);

}  // namespace cutover::http
