#include "fakes/cloudflare/control_handlers.h"

#include <algorithm>
#include <cstdio>
#include <memory>

namespace cutover::simulate {
namespace {

constexpr std::int64_t seconds_max = 10LL * 365 * 86'400;  // of one move
constexpr std::int64_t events_max = 10'000;                // of one answer

std::string hex(std::uint64_t number) {
  char text[20];
  std::snprintf(text, sizeof text, "%016llx", static_cast<unsigned long long>(number));
  return text;
}

Json time_json(Cloud& cloud, bool follows) {
  return {{"unix_micros", cloud.wall().micros},
          {"elapsed_micros", cloud.now().count()},
          {"follows_real_time", follows}};
}

Json event_json(std::uint64_t number, const sim::Event& event) {
  return {{"number", number},
          {"at_micros", event.at.count()},
          {"kind", sim::name_of(event.kind)},
          {"what", event.what},
          {"key", event.key},
          {"result", event.result},
          {"payload", hex(event.payload)}};
}

Json state_json(Cloud& cloud, bool follows) {
  Json state;
  state["seed"] = cloud.options().seed;
  state["time"] = time_json(cloud, follows);
  state["digest"] = cloud.digest();
  state["namespaces"] = Json::array();
  for (const auto& [id, place] : cloud.namespaces) {
    state["namespaces"].push_back({{"id", id},
                                   {"title", place.title},
                                   {"entries", place.service->entries().size()},
                                   {"digest", place.service->digest()}});
  }
  state["databases"] = Json::array();
  for (const auto& [id, database] : cloud.databases) {
    state["databases"].push_back(
        {{"uuid", id}, {"name", database.name}, {"digest", database.service->digest()}});
  }
  state["books"] = cloud.books.size();
  state["history"] = {{"events", cloud.log().next()}, {"digest", cloud.history().digest()}};
  state["requests_max"] = cloud.rate_limit.requests_max();
  return state;
}

}  // namespace

api::HttpResponse control_error(const ApiError& error) {
  return json_answer({{"error", error.message}}, error.status);
}

Answer show_state(Desk& desk, const Asked&) {
  const bool follows = desk.entrance.follows_real_time();
  return desk.entrance.enter(
      [&](Cloud& cloud) -> Answer { return json_answer(state_json(cloud, follows)); });
}

Answer reset_world(Desk& desk, const Asked&) {
  const auto options = desk.entrance.enter([](Cloud& cloud) { return cloud.options(); });
  desk.entrance.replace(std::make_unique<Cloud>(options));
  return json_answer({{"reset", true}});
}

Answer move_time(Desk& desk, const Asked& asked) {
  const auto body = parse_object(asked.http.body);
  if (!body) return control_error(body.error());
  if (auto unknown = only_members(*body, {"advance_seconds", "follow_real_time"})) {
    return control_error(*unknown);
  }
  const auto seconds = number_member(*body, "advance_seconds", 0, seconds_max);
  if (!seconds) return control_error(seconds.error());
  const Json follow = body->value("follow_real_time", Json());
  if (!follow.is_null() && !follow.is_boolean()) {
    return control_error({400, 0, "follow_real_time: must be true or false"});
  }
  if (follow.is_boolean()) desk.entrance.follow_real_time(follow.get<bool>());
  const bool follows = desk.entrance.follows_real_time();
  return desk.entrance.enter_and_change([&](Cloud& cloud) -> Answer {
    cloud.advance(std::chrono::seconds(seconds->value_or(0)));
    return json_answer(time_json(cloud, follows));
  });
}

Answer set_limits(Desk& desk, const Asked& asked) {
  const auto body = parse_object(asked.http.body);
  if (!body) return control_error(body.error());
  if (auto unknown = only_members(*body, {"requests_max"})) return control_error(*unknown);
  const auto requests = number_member(*body, "requests_max", 0, 1'000'000'000);
  if (!requests) return control_error(requests.error());
  if (!*requests) return control_error({400, 0, "requests_max: is missing"});
  return desk.entrance.enter([&](Cloud& cloud) -> Answer {
    cloud.rate_limit = RateLimit(**requests);
    return json_answer({{"requests_max", **requests}});
  });
}

Answer read_history(Desk& desk, const Asked& asked) {
  const auto since = query_number(asked.http, "since", 0, INT64_MAX, 0);
  if (!since) return control_error(since.error());
  const auto limit = query_number(asked.http, "limit", 1, events_max, 1000);
  if (!limit) return control_error(limit.error());
  return desk.entrance.enter([&](Cloud& cloud) -> Answer {
    const EventLog& log = cloud.log();
    const std::uint64_t first = std::max(static_cast<std::uint64_t>(*since), log.first());
    const std::uint64_t end =
        std::min(log.next(), std::min(first, log.next()) + static_cast<std::uint64_t>(*limit));
    Json events = Json::array();
    for (std::uint64_t number = first; number < end; ++number) {
      events.push_back(event_json(number, log.at(number)));
    }
    return json_answer({{"first_kept", log.first()},
                        {"next", end},
                        {"digest", cloud.history().digest()},
                        {"events", std::move(events)}});
  });
}

}  // namespace cutover::simulate
