#include "scenarios/platform.h"

#include "scenarios/world.h"

namespace cutover::scenarios {
namespace {

// A Worker that answers a request may run for as long as its client stays; a cron trigger and a
// queue consumer, which a migration is, for so long.
constexpr Duration wall = std::chrono::minutes(15);

Platform paid(Budget invocation) {
  Platform platform;
  platform.invocation = invocation;
  platform.d1_bytes_max = 10'000'000'000;
  platform.d1_time_travel_reach = std::chrono::hours(24 * 30);
  return platform;
}

Platform free_of_charge(Budget invocation) {
  Platform platform;
  platform.invocation = invocation;
  platform.kv_daily_limits = fakes::KvDailyLimits{};
  platform.d1_bytes_max = 500'000'000;
  platform.d1_time_travel_reach = std::chrono::hours(24 * 7);
  return platform;
}

}  // namespace

Platform year_2025(Plan plan) {
  Platform platform =
      plan == Plan::paid ? paid({1000, 1000, 1000, wall}) : free_of_charge({50, 1000, 50, wall});
  platform.kv_cache_ttl_min = std::chrono::seconds(60);
  platform.d1_read_attempts_max = 1;
  return platform;
}

Platform year_2026(Plan plan) {
  // The free plan has 1,000 calls to Cloudflare's own services, and 50 to everybody else's.
  Platform platform = plan == Plan::paid ? paid({10'000, 1000, 1000, wall})
                                         : free_of_charge({1050, 1000, 50, wall, 50});
  platform.kv_cache_ttl_min = std::chrono::seconds(30);
  platform.d1_read_attempts_max = 3;
  if (plan == Plan::free) platform.d1_daily_limits = fakes::D1DailyLimits{};
  return platform;
}

void use_platform(const Platform& platform, WorldOptions& options) {
  options.kv.cache_ttl_min = platform.kv_cache_ttl_min;
  options.kv.daily_limits = platform.kv_daily_limits;
  options.d1.read_attempts_max = platform.d1_read_attempts_max;
  options.d1.bytes_max = platform.d1_bytes_max;
  options.d1.time_travel.reach = platform.d1_time_travel_reach;
  options.d1.daily_limits = platform.d1_daily_limits;
}

Budget paid_plan_2025() {
  return year_2025(Plan::paid).invocation;
}
Budget paid_plan_2026() {
  return year_2026(Plan::paid).invocation;
}
Budget no_limits() {
  return {};
}

}  // namespace cutover::scenarios
