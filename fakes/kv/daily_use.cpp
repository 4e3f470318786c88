#include "fakes/kv/daily_use.h"

#include <cstddef>

namespace cutover::fakes {
namespace {

constexpr std::int64_t day_seconds = 86'400;

}  // namespace

bool DailyUse::take(Kind kind, std::int64_t count, UnixTime now) {
  if (!limits_) return true;
  const std::int64_t today = now.seconds() / day_seconds;
  if (today != day_) {
    day_ = today;
    used_ = {};
  }
  std::int64_t& used = used_.at(static_cast<std::size_t>(kind));
  if (used + count > limit_of(kind)) return false;
  used += count;
  return true;
}

Duration DailyUse::rest_of_day(UnixTime now) {
  return std::chrono::seconds(day_seconds - now.seconds() % day_seconds);
}

std::int64_t DailyUse::limit_of(Kind kind) const {
  switch (kind) {
    case Kind::read: return limits_->reads;
    case Kind::write: return limits_->writes;
    case Kind::remove: return limits_->removes;
    case Kind::list: break;
  }
  return limits_->lists;
}

}  // namespace cutover::fakes
