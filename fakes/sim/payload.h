// Payload hashes of what the port calls answer, for the history: equal answers, equal hashes.
//
// A port's new result type needs one overload, here or beside the type (argument-dependent lookup).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/ports/database.h"
#include "core/ports/kv_store.h"

namespace cutover::sim {

[[nodiscard]] std::uint64_t payload_of(const std::string& text);
[[nodiscard]] std::uint64_t payload_of(const std::optional<std::string>& text);
[[nodiscard]] std::uint64_t payload_of(const std::vector<std::optional<std::string>>& texts);
[[nodiscard]] std::uint64_t payload_of(const std::optional<KvValue>& value);
[[nodiscard]] std::uint64_t payload_of(const KvPage& page);
// Of a result set: columns, rows, changes and the last row id; not what D1 only measures.
[[nodiscard]] std::uint64_t payload_of(const ResultSet& result);
[[nodiscard]] std::uint64_t payload_of(const std::vector<ResultSet>& results);
// Of what goes in.
[[nodiscard]] std::uint64_t payload_of(const Statement& statement);

}  // namespace cutover::sim
