// Services that are down (R7.2) and the life of D1's breaker (R7.3), on the live system: what is
// still answered, and how it gets well again.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/ports/outcome.h"

namespace cutover::scenarios {

struct OutageRow {
  std::string service;        // "D1"
  std::string expected;       // "KV still serves"
  std::int64_t requests = 0;  // while it was down, for books that a working service has
  std::int64_t answered = 0;
  std::int64_t wrong = 0;              // at any time
  std::optional<Duration> well_after;  // its return: when the last server error was answered
  bool passed = false;
};

// One for each of KV, D1 and the provider, each down for two minutes.
[[nodiscard]] std::vector<OutageRow> run_outages(std::uint64_t seed);

struct BreakerRow {
  std::string what;  // "opens", "half-opens", "closes", ...
  std::string expected;
  std::string seen;
  bool passed = false;
};

// Opens above 5 % of failed calls and not below, tries again, opens again while D1 is ill, and
// closes once it is well.
[[nodiscard]] std::vector<BreakerRow> run_breaker_life(std::uint64_t seed);

}  // namespace cutover::scenarios
