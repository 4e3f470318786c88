// Problem: why a request gets no success, as its answer says it (error codes:
// docs/API_CONTRACT.md).
//
// Messages are for people and say what to do. They carry no token, no stored value and, outside of
// the admin routes, nothing of what the services behind us said.
#pragma once

#include <string>
#include <string_view>

#include <tl/expected.hpp>

#include "core/api/http_message.h"
#include "core/ports/outcome.h"

namespace cutover::api {

struct Problem {
  int status = 500;
  std::string_view code;  // static: "INVALID_REQUEST", ...
  std::string message;
  Pairs headers;
  std::string details;  // a JSON value; empty: none
};

template <class T>
using Checked = tl::expected<T, Problem>;

[[nodiscard]] inline tl::unexpected<Problem> refuse(int status, std::string_view code,
                                                    std::string message) {
  return tl::unexpected<Problem>(Problem{status, code, std::move(message), {}, {}});
}

// 400 INVALID_REQUEST.
[[nodiscard]] inline tl::unexpected<Problem> bad_request(std::string message) {
  return refuse(400, "INVALID_REQUEST", std::move(message));
}

// What a failure behind us means to a client:
//   503 with Retry-After  it cannot serve now and may later: a quota, an overload, an open breaker,
//                         a store that does not answer
//   504                   it did not answer in time
//   502                   the provider broke
//   500                   the database refused what we made: our mistake
// `for_admin` adds the service's own words.
[[nodiscard]] Problem problem_of(const Failure& failure, Duration retry_after, bool for_admin);

}  // namespace cutover::api
