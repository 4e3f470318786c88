#include "chaos/pace.h"

#include <algorithm>

#include "chaos/storm_case.h"

namespace cutover::chaos {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

// The mean time between two visits at one isolate.
constexpr Duration mean_at(std::int64_t hour_of_day) {
  if (hour_of_day < 7) return hours(2);
  return hour_of_day < 18 ? minutes(40) : minutes(20);
}

constexpr auto millis_of(Duration duration) {
  return static_cast<std::uint64_t>(std::chrono::floor<milliseconds>(duration).count());
}

}  // namespace

Pace::Pace(const StormCase& played)
    : healthy_(healthy_from(played)), has_weeks_(played.traffic_hours > 0) {}

Duration Pace::until_users_come(Duration now, UnixTime wall, std::uint64_t random) const {
  if (!ordinary(now)) return milliseconds(random % 4000);
  const Duration mean = mean_at(wall.seconds() / 3600 % 24);
  return milliseconds(random % millis_of(2 * mean));
}

Duration Pace::until_operator_acts(Duration now, std::uint64_t random) const {
  if (!ordinary(now)) return milliseconds(2000 + random % 8000);
  return hours(1) + milliseconds(random % millis_of(hours(8)));
}

Duration Pace::until_housekeeping(Duration now) const {
  return ordinary(now) ? Duration(minutes(10)) : Duration(seconds(1));
}

Duration Pace::until_platform_looks(Duration now) const {
  return ordinary(now) ? Duration(minutes(1)) : Duration(milliseconds(500));
}

Duration Pace::end_of_life(Duration now, std::uint64_t random) const {
  if (!has_weeks_) return Duration::max();
  const Duration life = hours(4) + milliseconds(random % millis_of(hours(44)));
  return std::max(now, healthy_) + life;
}

}  // namespace cutover::chaos
