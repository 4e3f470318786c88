// Who may do this? Tokens are compared in constant time and appear in no message and no log.
#pragma once

#include <string_view>

#include "core/api/api.h"
#include "core/api/problem.h"
#include "core/api/routes.h"

namespace cutover::api {

// Nothing when the request may pass; else 401 (nobody we know) or 403 (somebody else). `user` is
// the path's :userId, for Access::user; `now` in seconds since 1970.
[[nodiscard]] Checked<void> authorise(Access access, std::string_view user,
                                      const HttpRequest& request, const ApiOptions& options,
                                      std::int64_t now);

}  // namespace cutover::api
