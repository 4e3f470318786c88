#include <algorithm>
#include <cstdio>
#include <ctime>

#include "fakes/cloudflare/d1_handlers.h"
#include "fakes/cloudflare/json_input.h"

namespace cutover::simulate {
namespace {

constexpr std::int64_t reach_seconds = 30 * 86'400;

ApiError bad_timestamp() {
  return {400, 7400,
          "timestamp: must be a time of the last 30 days, as 2025-11-24T16:00:00Z or in seconds "
          "since 1970"};
}

// Seconds since 1970 of an RFC 3339 time, or of a number.
std::optional<std::int64_t> seconds_of(const std::string& text) {
  if (const auto number = whole_number(text)) return number;
  std::tm parts{};
  int read = 0;
  if (std::sscanf(text.c_str(), "%4d-%2d-%2dT%2d:%2d:%2d%n", &parts.tm_year, &parts.tm_mon,
                  &parts.tm_mday, &parts.tm_hour, &parts.tm_min, &parts.tm_sec, &read) != 6) {
    return std::nullopt;
  }
  parts.tm_year -= 1900;
  parts.tm_mon -= 1;
  std::string zone = text.substr(static_cast<std::size_t>(read));
  if (zone.starts_with(".")) {
    zone.erase(0, std::min(zone.find_first_not_of("0123456789", 1), zone.size()));
  }
  const std::int64_t local = timegm(&parts);
  if (zone == "Z") return local;
  int hours = 0;
  int minutes = 0;
  char sign = 0;
  if (zone.size() != 6 || std::sscanf(zone.c_str(), "%c%2d:%2d", &sign, &hours, &minutes) != 3 ||
      (sign != '+' && sign != '-')) {
    return std::nullopt;
  }
  const std::int64_t offset = hours * 3600 + minutes * 60;
  return sign == '+' ? local - offset : local + offset;
}

// The present state, if nothing has changed since; else that at the beginning of the minute: what
// stood before the first change from then on.
std::string bookmark_at(D1Database& database, std::int64_t seconds) {
  if (seconds > database.changed.seconds()) return database.service->bookmark();
  const std::int64_t minute = seconds / 60;
  const auto found = std::find_if(database.minutes.begin(), database.minutes.end(),
                                  [&](const auto& kept) { return kept.first >= minute; });
  return found == database.minutes.end() ? database.service->bookmark() : found->second;
}

}  // namespace

Answer get_bookmark(Desk& desk, const Asked& asked) {
  const std::string* timestamp = query_value(asked.http, "timestamp");
  const auto seconds =
      timestamp == nullptr ? std::optional<std::int64_t>() : seconds_of(*timestamp);
  if (timestamp != nullptr && !seconds) return failure(bad_timestamp());
  return visit_database(desk, asked, [&](Cloud& cloud, D1Database& database) -> Answer {
    const std::int64_t now = cloud.wall().seconds();
    if (seconds && (*seconds > now || *seconds < now - reach_seconds)) {
      return failure(bad_timestamp());
    }
    return call_d1(
        cloud, database, "d1.bookmark", "", Duration{0},
        [&]() -> Outcome<std::string> {
          return seconds ? bookmark_at(database, *seconds) : database.service->bookmark();
        },
        [](const Outcome<std::string>& bookmark) -> Answer {
          return success({{"bookmark", *bookmark}});
        });
  });
}

Answer restore_database(Desk& desk, const Asked& asked) {
  const std::string* bookmark = query_value(asked.http, "bookmark");
  const std::string* timestamp = query_value(asked.http, "timestamp");
  if ((bookmark == nullptr) == (timestamp == nullptr)) {
    return failure({400, 7400, "give either a bookmark or a timestamp"});
  }
  const auto seconds =
      timestamp == nullptr ? std::optional<std::int64_t>(0) : seconds_of(*timestamp);
  if (!seconds) return failure(bad_timestamp());
  return visit_database(desk, asked, [&](Cloud& cloud, D1Database& database) -> Answer {
    const std::int64_t now = cloud.wall().seconds();
    if (bookmark == nullptr && (*seconds > now || *seconds < now - reach_seconds)) {
      return failure(bad_timestamp());
    }
    cloud.keep_minute(database);
    const std::string target = bookmark != nullptr ? *bookmark : bookmark_at(database, *seconds);
    return call_d1(
        cloud, database, "d1.restore", target, std::chrono::seconds(1),
        [&] { return database.service->restore_to(target); },
        [&](const Outcome<std::string>& previous) -> Answer {
          return success({{"bookmark", target},
                          {"previous_bookmark", *previous},
                          {"message", "The database has been restored to bookmark " + target}});
        });
  });
}

}  // namespace cutover::simulate
