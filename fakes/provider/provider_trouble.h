// ProviderTrouble: everything that Google Books does wrong to a search by ISBN, by name, and what
// the caller gets of it. Pure: nothing here knows a service, so a fault can replace one answer.
//
// Most troubles are failures without effect at the BookProvider port; two are answers: nothing, and
// another book. Shapes and texts: cloudflare-facts D1 to D3; kinds: ports/book_provider.h.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "core/ports/book_provider.h"

namespace cutover::fakes {

enum class ProviderTrouble : std::uint8_t {
  quota,             // 429, the day's quota is used up
  quota_as_400,      // 400, a keyed project's quota is used up
  rate_limit,        // 403 userRateLimitExceeded: too many calls at once
  backend_failed,    // 503 backendFailed
  timeout,           // no answer in time
  connection_lost,   // the answer was lost on the way
  html,              // a page for people instead of JSON
  malformed_json,    // an answer that was cut short
  huge,              // an answer of more bytes than the port takes
  unknown_location,  // 403 unknownLocation: pass a country
  not_enabled,       // 403 accessNotConfigured: the project may not use the API
  not_found,         // "none", though it has the book: the next call may find it
  wrong_edition,     // a volume that names another ISBN
};

// All of them, in the order of the enumeration.
[[nodiscard]] std::span<const ProviderTrouble> provider_troubles();
// As in fault tables: "quota", "wrong_edition".
[[nodiscard]] std::string_view name_of(ProviderTrouble trouble);

// Is it an answer (see odd_answer) rather than a failure (see failure_of)?
[[nodiscard]] bool is_answer(ProviderTrouble trouble);

// Of a trouble that is an answer: what find() answers for this ISBN-13, nothing for "none".
[[nodiscard]] std::optional<std::string> odd_answer(ProviderTrouble trouble,
                                                    std::string_view isbn13);

// Of a trouble that is a failure. `quota_wait` is how long it says that a day's quota stays used
// up.
[[nodiscard]] Failure failure_of(ProviderTrouble trouble,
                                 Duration quota_wait = std::chrono::hours(1));

// Either of the two.
[[nodiscard]] Outcome<std::optional<std::string>> outcome_of(
    ProviderTrouble trouble, std::string_view isbn13, Duration quota_wait = std::chrono::hours(1));

}  // namespace cutover::fakes
