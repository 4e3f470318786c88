// How D1 words its failures, and which kind each is at our port.
//
// Texts: miniflare-observed section 4. Every failure here is one of the statement: nothing of its
// transaction was applied, and the same call fails again.
#pragma once

#include <string_view>

#include "adapters/sqlite/connection.h"

namespace cutover::fakes {

// `operation` is static text: "query" or "batch".
[[nodiscard]] Failure statement_failed(std::string_view operation, const sqlite::SqlError& error);
// The statements ran, but what they left behind breaks a deferred foreign key.
[[nodiscard]] Failure commit_failed(std::string_view operation, const sqlite::SqlError& error);
// BEGIN, COMMIT, SAVEPOINT and the like are refused, with a long advice.
[[nodiscard]] Failure transaction_refused(std::string_view operation);
[[nodiscard]] Failure no_statements(std::string_view operation);
[[nodiscard]] Failure statement_too_long(std::string_view operation);

}  // namespace cutover::fakes
