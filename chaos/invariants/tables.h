// What several invariants need: reading the world's tables, and saying what was found.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "chaos/storm_run.h"
#include "core/ports/database.h"

namespace cutover::chaos {

// Directly, outside of virtual time. The text must be good SQL for the project's schema.
[[nodiscard]] std::vector<SqlRow> read_rows(scenarios::World& world, std::string_view sql);
[[nodiscard]] std::vector<SqlRow> read_rows(const Aftermath& aftermath, std::string_view sql);

[[nodiscard]] Violation violated(std::string_view invariant, std::string_view about,
                                 std::string text);

// Does one migrator do all the work, from the first run to its end?
[[nodiscard]] bool is_alone(const StormCase& played);

// Did live traffic write, or may it have? Then KV knows what only a further run brings to D1.
[[nodiscard]] bool has_live_traffic(const Aftermath& aftermath);

// Is it a key that the migration takes?
[[nodiscard]] bool is_source(std::string_view key);

// NULL counts as 0.
[[nodiscard]] std::int64_t number_of(const SqlValue& value);
[[nodiscard]] std::string text_of(const SqlValue& value);

}  // namespace cutover::chaos
