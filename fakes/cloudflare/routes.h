// Routes: which function answers a request, by method and path.
//
// A pattern is a path in which {} stands for one segment and {*} for all that is left, slashes
// included (a KV key). Neither matches nothing. The first pattern that fits counts.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "fakes/cloudflare/answer.h"
#include "fakes/cloudflare/entrance.h"

namespace cutover::simulate {

// What every route works with.
struct Desk {
  Entrance& entrance;
  const std::string& token;  // signs the addresses of transfers
};

// One request and what stood for each {} of its pattern.
struct Asked {
  const api::HttpRequest& http;
  std::vector<std::string> parts;
};

struct Route {
  std::string_view method;
  std::string_view pattern;
  Answer (*answer)(Desk& desk, const Asked& asked);
  std::size_t body_bytes_max = 64 * 1024;
};

// What stands for each {}; nothing when the path does not fit.
[[nodiscard]] std::optional<std::vector<std::string>> match(std::string_view pattern,
                                                            std::string_view path);

struct Found {
  const Route* route = nullptr;  // null: nothing fits
  bool other_method = false;     // a pattern fits, but asks for another method
  std::vector<std::string> parts;
};
[[nodiscard]] Found find_route(std::span<const Route> routes, std::string_view method,
                               std::string_view path);

}  // namespace cutover::simulate
