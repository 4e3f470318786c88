// docs/api/openapi.yaml as a check of answers, by a validator that is not ours.
#pragma once

#include <set>
#include <string>

#include "core/api/http_message.h"

namespace cutover::api {

// What the answer does wrong by the contract; empty when it keeps it. The schema is that of the
// route, the method and the status; a status that the route does not document is a complaint.
[[nodiscard]] std::string contract_complaints(const HttpRequest& request,
                                              const HttpResponse& response);

// "GET /v1/library/:userId", as openapi.yaml lists them.
[[nodiscard]] std::set<std::string> documented_routes();

}  // namespace cutover::api
