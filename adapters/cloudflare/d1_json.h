// The bodies of D1's requests and answers at the API's /raw, and the values in them. Pure.
//
// What JSON makes of SQLite's values: a whole REAL comes back as an integer; the service rounds
// integers beyond 2^53 and turns infinities into null before we see them; blobs come as arrays of
// bytes. Sent are numbers, texts and nulls as they are; NaN and infinities become null, as D1's own
// binding makes them.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "adapters/cloudflare/envelope.h"
#include "core/ports/database.h"

namespace cutover::cloudflare {

// What cannot be sent: which value of which statement, why, and its kind at the port. `kind` is
// limit_exceeded or malformed.
struct Unsendable {
  FailureKind kind = FailureKind::limit_exceeded;
  std::string why;
};

// Nothing: all of them can be sent.
[[nodiscard]] std::optional<Unsendable> why_not_to_send(std::span<const Statement> statements);

// The statements must be sendable.
[[nodiscard]] std::string query_body(const Statement& statement);
[[nodiscard]] std::string batch_body(std::span<const Statement> statements);

// One for each statement that the service saw. Nothing: the answer is not what was asked.
[[nodiscard]] std::optional<std::vector<ResultSet>> results_of(const Envelope& envelope);

}  // namespace cutover::cloudflare
