// Verdicts and their arithmetic.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace cutover::reports {

// `unknown` is "not enough evidence", which is not a pass.
enum class Verdict : std::uint8_t { pass, fail, unknown };

// "pass", "fail", "unknown".
[[nodiscard]] std::string_view name_of(Verdict verdict);
[[nodiscard]] std::optional<Verdict> verdict_named(std::string_view name);

// A fail is worse than an unknown, and that is worse than a pass.
[[nodiscard]] bool is_worse(Verdict left, Verdict right);

// All verdict arithmetic: any fail is a fail, else any unknown is unknown, else a pass. Of nothing
// it is unknown: a pass without evidence is not one.
[[nodiscard]] Verdict combine(const std::vector<Verdict>& verdicts);

}  // namespace cutover::reports
