// What an answer of Google Books means: a find, an absence, or one of the port's failures.
//
// By the status first, by the error's reason second; the message is only for people. Pure.
// Source: reference facts D1 and D2.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/ports/outcome.h"

namespace cutover::google_books {

struct RawAnswer {
  int status = 0;
  std::string retry_after;  // the header's value; "" when there was none
  std::string body;
};

// `key` is taken out of every text that goes into a failure, should the service repeat it.
Outcome<std::optional<std::string>> judge(RawAnswer answer, std::string_view key);

}  // namespace cutover::google_books
