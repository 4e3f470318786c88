#include "fakes/cloudflare/routes.h"

#include <algorithm>

namespace cutover::simulate {

std::optional<std::vector<std::string>> match(std::string_view pattern, std::string_view path) {
  std::vector<std::string> parts;
  while (true) {
    const std::size_t mark = pattern.find('{');
    const std::string_view fixed = pattern.substr(0, mark);
    if (mark == std::string_view::npos) {
      return path == fixed ? std::optional(std::move(parts)) : std::nullopt;
    }
    if (!path.starts_with(fixed)) return std::nullopt;
    path.remove_prefix(fixed.size());
    pattern.remove_prefix(mark);
    const bool whole_rest = pattern.starts_with("{*}");
    pattern.remove_prefix(whole_rest ? 3 : 2);
    const std::size_t end = whole_rest ? path.size() : std::min(path.find('/'), path.size());
    if (end == 0) return std::nullopt;
    parts.emplace_back(path.substr(0, end));
    path.remove_prefix(end);
  }
}

Found find_route(std::span<const Route> routes, std::string_view method, std::string_view path) {
  Found found;
  for (const Route& route : routes) {
    auto parts = match(route.pattern, path);
    if (!parts) continue;
    if (route.method != method) {
      found.other_method = true;
      continue;
    }
    return {&route, false, std::move(*parts)};
  }
  return found;
}

}  // namespace cutover::simulate
