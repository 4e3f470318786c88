#include "load/request.h"

#include <array>

namespace cutover::load {
namespace {

constexpr std::array<std::string_view, route_count> routes = {"search", "library_read",
                                                              "library_write"};
constexpr std::array<std::string_view, tier_count> tiers = {"cached",   "kv",      "d1",
                                                            "provider", "missing", "none"};

template <std::size_t size>
std::string joined(const std::array<std::string_view, size>& names) {
  std::string all;
  for (const std::string_view name : names) all.append(all.empty() ? "" : ", ").append(name);
  return all;
}

template <class Value, std::size_t size>
std::optional<Value> value_named(const std::array<std::string_view, size>& names,
                                 std::string_view name) {
  for (std::size_t i = 0; i < size; ++i) {
    if (names[i] == name) return static_cast<Value>(i);
  }
  return std::nullopt;
}

// Quotes inside of the book's texts are escaped, so this stands only where the API wrote it.
Tier tier_of(std::string_view body) {
  constexpr std::string_view mark = R"("metadata":{"source":")";
  const std::size_t at = body.rfind(mark);
  if (at == std::string_view::npos) return Tier::none;
  const std::string_view source = body.substr(at + mark.size());
  if (source.starts_with("cache\"")) return Tier::kv;
  if (source.starts_with("d1\"")) return Tier::d1;
  if (source.starts_with("provider\"")) return Tier::provider;
  return Tier::none;
}

Reply read_search(const Request& request, int status, std::string_view body) {
  Reply reply;
  if (status == 404) {
    reply.tier = Tier::missing;
    reply.right = request.wanted == Wanted::unknown;
    reply.complete = reply.right;
    return reply;
  }
  if (status != 200) return reply;
  reply.tier = tier_of(body);
  reply.right = true;
  reply.complete = body.find(R"("data":{"book":{)") != std::string_view::npos;
  return reply;
}

}  // namespace

std::string_view name_of(Route route) {
  return routes[static_cast<std::size_t>(route)];
}
std::optional<Route> route_named(std::string_view name) {
  return value_named<Route>(routes, name);
}
std::string all_routes() {
  return joined(routes);
}

std::string_view name_of(Tier tier) {
  return tiers[static_cast<std::size_t>(tier)];
}
std::string_view name_of(TierTag tag) {
  return tiers[static_cast<std::size_t>(tag)];
}
std::optional<TierTag> tier_tag_named(std::string_view name) {
  return value_named<TierTag>(tiers, name);
}
std::string all_tier_tags() {
  return joined(tiers);
}

bool covers(TierTag tag, Tier tier) {
  if (tag == TierTag::kv && tier == Tier::cached) return true;
  return static_cast<std::size_t>(tag) == static_cast<std::size_t>(tier);
}

api::HttpRequest to_http(const Request& request, const std::string& token) {
  api::HttpRequest http;
  http.method = request.route == Route::library_write ? "POST" : "GET";
  if (request.route == Route::search) {
    http.path = "/v1/search/isbn";
    http.query = {{"isbn", request.isbn}};
    return http;
  }
  http.path = "/v1/library/" + request.user;
  http.headers = {{"Authorization", "Bearer " + token}};
  if (request.route == Route::library_write) {
    http.path += "/books";
    http.headers.emplace_back("Content-Type", "application/json");
    http.body = R"({"isbn":")" + request.isbn + R"(","status":"reading"})";
  }
  return http;
}

Reply read_reply(const Request& request, int status, std::string_view body) {
  Reply reply;
  if (request.route == Route::search) {
    reply = read_search(request, status, body);
  } else {
    const bool added = request.route == Route::library_write && status == 201;
    reply.right = status == 200 || added;
    reply.complete = reply.right;
    reply.tier = reply.right ? Tier::d1 : Tier::none;  // shelves are nowhere else
  }
  reply.status = status;
  reply.bytes = body.size();
  return reply;
}

}  // namespace cutover::load
