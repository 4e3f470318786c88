// Request: one request of a load, and what became of it. What is sent depends on the seed alone;
// who answers (simulated isolates, or a server behind a URL) is server.h's matter.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/api/http_message.h"

namespace cutover::load {

enum class Route : std::uint8_t { search, library_read, library_write };
inline constexpr std::size_t route_count = 3;
[[nodiscard]] std::string_view name_of(Route route);
[[nodiscard]] std::optional<Route> route_named(std::string_view name);
[[nodiscard]] std::string all_routes();  // "search, library_read, library_write"

// A search's book. `fresh` ones are known to the provider, and at first to nobody else.
enum class Wanted : std::uint8_t { known, fresh, unknown };

struct Request {
  Route route = Route::search;
  Wanted wanted = Wanted::known;
  std::string isbn;  // 13 digits
  std::string user;  // of library routes

  friend bool operator==(const Request&, const Request&) = default;
};

// Where an answer came from, as the API says of itself. `cached`: from KV, and the location
// remembered it; only who owns the simulated KV can tell that from any other answer of KV.
enum class Tier : std::uint8_t { cached, kv, d1, provider, missing, none };
inline constexpr std::size_t tier_count = 6;
[[nodiscard]] std::string_view name_of(Tier tier);

// What a filter may ask for: a tier, or both kinds of answers from KV.
enum class TierTag : std::uint8_t { cached, kv, d1, provider, missing, none };
[[nodiscard]] std::string_view name_of(TierTag tag);
[[nodiscard]] std::optional<TierTag> tier_tag_named(std::string_view name);
[[nodiscard]] std::string all_tier_tags();
[[nodiscard]] bool covers(TierTag tag, Tier tier);  // kv covers cached too

struct Reply {
  int status = 0;  // 0: no answer at all
  Tier tier = Tier::none;
  bool right = false;     // the status is one that this request may have
  bool complete = false;  // a search has its book, or says that there is none; always else
  std::size_t bytes = 0;  // of the body
};

// The request as the API takes it. `token`: the user's, for library routes.
[[nodiscard]] api::HttpRequest to_http(const Request& request, const std::string& token);

// Judges an answer. A 404 is right for a book that nobody has (R3.10), and wrong for any other.
[[nodiscard]] Reply read_reply(const Request& request, int status, std::string_view body);

}  // namespace cutover::load
