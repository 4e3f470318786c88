// How D1 words its failures, and which kind each is at our port.
//
// Texts: miniflare-observed section 4, cloudflare-facts B3. Nothing was applied, except where said
// otherwise; unless `retryable` says more, the same call fails again.
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

// The database is as large as its plan allows: what would make it larger fails, reads go on.
[[nodiscard]] Failure database_full(std::string_view operation);
// An export or import blocks every query. `job` is "export" or "import".
[[nodiscard]] Failure blocked_by(std::string_view operation, std::string_view job);
// The statements took longer than a query may. What came of them the caller cannot tell.
[[nodiscard]] Failure took_too_long(std::string_view operation);
// The plan's daily number of rows is used up. `rows` is "read" or "write"; `wait` is what is left
// of the day.
[[nodiscard]] Failure rows_used_up(std::string_view operation, std::string_view rows,
                                   Duration wait);
[[nodiscard]] Failure unknown_bookmark(std::string_view bookmark);
[[nodiscard]] Failure restored_too_often(Duration within);

}  // namespace cutover::fakes
