#include "core/api/routes.h"

#include <utility>

#include "core/api/handlers.h"

namespace cutover::api {
namespace {

// One segment's end: the next slash, or the end of the text.
std::string_view segment_at(std::string_view path, std::size_t start) {
  return path.substr(start, path.find('/', start) - start);
}

// Does the path have this form? Collects what stands for the parameters.
bool fits(std::string_view pattern, std::string_view path,
          std::vector<std::string_view>& parameters) {
  parameters.clear();
  if (path.empty() || path.front() != '/') return false;
  std::size_t in_pattern = 1;
  std::size_t in_path = 1;
  for (;;) {
    const std::string_view wanted = segment_at(pattern, in_pattern);
    const std::string_view given = segment_at(path, in_path);
    if (!wanted.empty() && wanted.front() == ':') {
      if (given.empty()) return false;
      parameters.push_back(given);
    } else if (wanted != given) {
      return false;
    }
    in_pattern += wanted.size();
    in_path += given.size();
    const bool pattern_ends = in_pattern >= pattern.size();
    const bool path_ends = in_path >= path.size();
    if (pattern_ends || path_ends) return pattern_ends && path_ends;
    ++in_pattern;
    ++in_path;
  }
}

}  // namespace

const std::vector<Route>& routes() {
  using enum Access;
  using enum Takes;
  // One route is one entry, read at a glance.
  // clang-format off
  static const std::vector<Route> table = {
      {"GET", "/v1/search/isbn", search, everybody, Kind::search, no_body, {"isbn"}},
      {"GET", "/search", search_legacy, everybody, Kind::search, no_body, {"isbn"}},

      {"GET", "/v1/library/:userId", read_library, user, Kind::library_read, no_body,
       {"status", "rating", "year", "addedYear", "limit", "cursor"}},
      {"GET", "/v1/library/:userId/top-rated", top_rated, user, Kind::library_read, no_body,
       {"year"}},
      {"POST", "/v1/library/:userId/books", add_book, user, Kind::library_write, json, {},
       {"isbn", "status", "rating", "review"}},
      {"PATCH", "/v1/library/:userId/books/:isbn", change_book, user, Kind::library_write, json,
       {}, {"status", "rating", "review"}},
      {"DELETE", "/v1/library/:userId/books/:isbn", remove_book, user, Kind::library_write,
       no_body},

      {"GET", "/health", health, everybody, Kind::probe, no_body},
      {"GET", "/metrics", metrics, everybody, Kind::probe, no_body},

      {"POST", "/admin/migrate-kv-to-d1", migrate_kv_to_d1, admin, Kind::admin, no_body,
       {"dryRun", "resume"}},
      {"GET", "/admin/migration-status", migration_status, admin, Kind::admin, no_body},
      {"POST", "/admin/migration-pause", pause_migration, admin, Kind::admin, no_body},
      {"POST", "/admin/compare", compare_stores, admin, Kind::admin, maybe_json, {}, {"cursor"}},
      {"POST", "/admin/invalidate", invalidate, admin, Kind::admin, json, {},
       {"isbn", "prefix", "limit"}},
      {"GET", "/admin/flags", read_flags, admin, Kind::admin, no_body},
      {"PUT", "/admin/flags", set_flag, admin, Kind::admin, json, {}, {"value"}},
      {"GET", "/admin/phase", read_phase, admin, Kind::admin, no_body},
      {"POST", "/admin/phase", move_phase, admin, Kind::admin, json, {},
       {"phase", "percent", "reason"}},
      {"POST", "/admin/rollback", roll_back, admin, Kind::admin, json, {}, {"reason"}},
      {"POST", "/admin/writes", stop_writes, admin, Kind::admin, json, {}, {"stopped", "reason"}},
  };
  // clang-format on
  return table;
}

Match match_route(std::string_view method, std::string_view path) {
  Match match;
  std::vector<std::string_view> parameters;
  for (const Route& route : routes()) {
    if (!fits(route.pattern, path, parameters)) continue;
    const bool same = route.method == method || (route.method == "GET" && method == "HEAD");
    if (same) return {&route, true, {}, std::move(parameters)};
    match.path_known = true;
    match.allow += std::string(route.method) + (route.method == "GET" ? ", HEAD, " : ", ");
  }
  if (match.path_known) match.allow += "OPTIONS";
  return match;
}

}  // namespace cutover::api
