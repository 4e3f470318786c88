// Idempotency keys: a write that is sent again gets the answer of the first time.
//
// The key comes in the header Idempotency-Key, 1 to 200 printable ASCII characters without blanks,
// and belongs to the user in the path. Only successes are remembered (for 24 h): a refusal wrote
// nothing, so working it out again is right. Another method, path or body under one key is 422.
// Without the header, the work is simply done.
#pragma once

#include <functional>
#include <string>

#include "core/api/handlers.h"

namespace cutover::api {

// Switches. An answer that was given before has the header Idempotency-Replayed: true.
Checked<HttpResponse> once_per_key(Call& call, const std::string& user,
                                   const std::function<Checked<HttpResponse>()>& work);

}  // namespace cutover::api
