// Platform: what Cloudflare grants and refuses, by year and plan: every knob that moved, as data.
//
// 2025 is the plan's own time, before the service repeated reads; 2026 is what its documents say
// now. Source: cloudflare-facts 0.2, A2, B2 and C. What did not move is on by default in the fakes.
#pragma once

#include <cstdint>
#include <optional>

#include "core/ports/runtime.h"
#include "fakes/d1/d1_service.h"
#include "fakes/kv/kv_service.h"

namespace cutover::scenarios {

struct WorldOptions;

enum class Plan : std::uint8_t { paid, free };

struct Platform {
  Budget invocation;  // of a Worker
  Duration kv_cache_ttl_min{0};
  std::optional<fakes::KvDailyLimits> kv_daily_limits;
  int d1_read_attempts_max = 1;
  std::int64_t d1_bytes_max = 0;
  Duration d1_time_travel_reach{0};
  std::optional<fakes::D1DailyLimits> d1_daily_limits;
};

[[nodiscard]] Platform year_2025(Plan plan);
[[nodiscard]] Platform year_2026(Plan plan);

// Sets the services' knobs. The budget goes to World::start and World::invoke.
void use_platform(const Platform& platform, WorldOptions& options);

// What the paid plan grants one invocation.
[[nodiscard]] Budget paid_plan_2025();
[[nodiscard]] Budget paid_plan_2026();
[[nodiscard]] Budget no_limits();

}  // namespace cutover::scenarios
