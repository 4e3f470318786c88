#include "fakes/cloudflare/simulator.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>

#include "core/api/secrets.h"
#include "core/ports/check.h"
#include "fakes/cloudflare/account_handlers.h"
#include "fakes/cloudflare/bindings.h"
#include "fakes/cloudflare/books_handlers.h"
#include "fakes/cloudflare/control_handlers.h"
#include "fakes/cloudflare/d1_handlers.h"
#include "fakes/cloudflare/kv_handlers.h"
#include "fakes/cloudflare/transfers.h"

namespace cutover::simulate {
namespace {

constexpr std::string_view api_prefix = "/client/v4";
constexpr std::string_view control_prefix = "/_cutover/";

constexpr std::size_t kib = 1024;
constexpr std::size_t mib = 1024 * kib;
constexpr std::size_t large = 100 * mib;

constexpr std::array api_routes = {
    Route{"GET", "/accounts/{}/storage/kv/namespaces", list_namespaces},
    Route{"POST", "/accounts/{}/storage/kv/namespaces", create_namespace},
    Route{"GET", "/accounts/{}/storage/kv/namespaces/{}", get_namespace},
    Route{"PUT", "/accounts/{}/storage/kv/namespaces/{}", rename_namespace},
    Route{"DELETE", "/accounts/{}/storage/kv/namespaces/{}", delete_namespace},
    Route{"GET", "/accounts/{}/storage/kv/namespaces/{}/keys", list_keys},
    Route{"GET", "/accounts/{}/storage/kv/namespaces/{}/values/{*}", get_value},
    // A value one byte too long must reach the service, which says so; with metadata around it.
    Route{"PUT", "/accounts/{}/storage/kv/namespaces/{}/values/{*}", put_value, 26 * mib},
    Route{"DELETE", "/accounts/{}/storage/kv/namespaces/{}/values/{*}", delete_value},
    Route{"GET", "/accounts/{}/storage/kv/namespaces/{}/metadata/{*}", get_metadata},
    Route{"PUT", "/accounts/{}/storage/kv/namespaces/{}/bulk", put_bulk, large},
    Route{"DELETE", "/accounts/{}/storage/kv/namespaces/{}/bulk", delete_bulk, 8 * mib},
    Route{"POST", "/accounts/{}/storage/kv/namespaces/{}/bulk/delete", delete_bulk, 8 * mib},
    Route{"POST", "/accounts/{}/storage/kv/namespaces/{}/bulk/get", get_bulk, mib},
    Route{"GET", "/accounts/{}/d1/database", list_databases},
    Route{"POST", "/accounts/{}/d1/database", create_database},
    Route{"GET", "/accounts/{}/d1/database/{}", get_database},
    Route{"DELETE", "/accounts/{}/d1/database/{}", delete_database},
    Route{"POST", "/accounts/{}/d1/database/{}/query", query_database, 16 * mib},
    Route{"POST", "/accounts/{}/d1/database/{}/raw", query_database_raw, 16 * mib},
    Route{"POST", "/accounts/{}/d1/database/{}/export", export_database},
    Route{"POST", "/accounts/{}/d1/database/{}/import", import_database},
    Route{"GET", "/accounts/{}/d1/database/{}/time_travel/bookmark", get_bookmark},
    Route{"POST", "/accounts/{}/d1/database/{}/time_travel/restore", restore_database},
    Route{"GET", "/accounts", list_accounts},
    Route{"GET", "/memberships", list_memberships},
    Route{"GET", "/user", show_user},
    Route{"GET", "/user/tokens/verify", verify_token},
};

constexpr std::array control_routes = {
    Route{"GET", "/_cutover/state", show_state},
    Route{"POST", "/_cutover/reset", reset_world},
    Route{"POST", "/_cutover/time", move_time},
    Route{"PUT", "/_cutover/limits", set_limits},
    Route{"GET", "/_cutover/history", read_history},
    Route{"GET", "/_cutover/faults", show_faults},
    Route{"PUT", "/_cutover/faults", set_faults, 8 * mib},
    Route{"DELETE", "/_cutover/faults", clear_faults},
    Route{"POST", "/_cutover/namespaces/{}/load", load_dump, large},
    Route{"POST", "/_cutover/books", load_books, large},
};

constexpr std::array open_routes = {
    Route{"GET", "/books/v1/volumes", search_volumes},
    Route{"GET", "/books/v1/volumes/{}", get_volume},
    Route{"GET", transfer_pattern, download_file},
    Route{"PUT", transfer_pattern, upload_file, large},
};

bool is_account_id(std::string_view id) {
  return is_namespace_id(id);
}

Answer not_routed(const api::HttpRequest& request) {
  return failure({404, 7003,
                  "Could not route to " + request.path.substr(0, 200) +
                      ", perhaps your object identifier is invalid?"});
}

void add_limit_headers(const RateLimit& limit, Duration now, api::Pairs& headers) {
  if (limit.requests_max() == 0) return;
  headers.emplace_back("x-ratelimit-limit", std::to_string(limit.requests_max()));
  headers.emplace_back("x-ratelimit-remaining", std::to_string(limit.remaining()));
  headers.emplace_back("x-ratelimit-reset", std::to_string(limit.seconds_left(now)));
}

}  // namespace

Simulator::Simulator(std::unique_ptr<Cloud> cloud, std::string token, Entrance::Clock clock)
    : token_(std::move(token)),
      entrance_(std::move(cloud), std::move(clock)),
      desk_{entrance_, token_} {
  CUTOVER_CHECK(!token_.empty(), "an empty token would let everybody in");
}

Answer Simulator::answer(const api::HttpRequest& request) {
  if (const auto header = request.header(binding_header)) return answer_binding(request, *header);
  const std::string_view path = request.path;
  if (path == api_prefix || path.starts_with("/client/v4/")) {
    return answer_api(request, path.substr(api_prefix.size()));
  }
  if (path.starts_with(control_prefix)) return answer_control(request);
  Found found = find_route(open_routes, request.method, path);
  if (found.route == nullptr) return not_routed(request);
  return found.route->answer(desk_, {request, std::move(found.parts)});
}

Answer Simulator::answer_api(const api::HttpRequest& request, std::string_view path) {
  if (!is_authorised(request)) return failure({401, 10000, "Authentication error"});
  api::Pairs headers;
  const bool taken = entrance_.enter([&](Cloud& cloud) {
    const bool ok = cloud.rate_limit.take(cloud.now());
    add_limit_headers(cloud.rate_limit, cloud.now(), headers);
    if (!ok) {
      headers.emplace_back("retry-after",
                           std::to_string(cloud.rate_limit.seconds_left(cloud.now())));
    }
    return ok;
  });
  Answer answer;
  Found found = find_route(api_routes, request.method, path);
  const bool known_account =
      !path.starts_with("/accounts/") || found.route == nullptr || is_account_id(found.parts[0]);
  if (!taken) {
    answer = failure({429, 971, "Please wait and consider throttling your request speed"});
  } else if (found.route != nullptr && known_account) {
    answer = found.route->answer(desk_, {request, std::move(found.parts)});
  } else if (found.other_method) {
    answer = failure({405, 7001, "Method " + request.method + " not available for that URI."});
  } else {
    answer = not_routed(request);
  }
  if (answer) answer->headers.insert(answer->headers.end(), headers.begin(), headers.end());
  return answer;
}

// A Worker's request of its binding: its configuration adds the header and the token.
Answer Simulator::answer_binding(const api::HttpRequest& request, std::string_view header) {
  if (!is_authorised(request)) return failure({401, 10000, "Authentication error"});
  const auto binding = binding_of(header);
  if (!binding) {
    return failure(
        {400, code_invalid,
         std::string(binding_header) + ": must be kv/NAMESPACE_ID/LOCATION or d1/DATABASE_ID"});
  }
  return simulate::answer_binding(desk_, *binding, request);
}

Answer Simulator::answer_control(const api::HttpRequest& request) {
  if (!is_authorised(request)) return control_error({401, 0, "a bearer token is needed"});
  Found found = find_route(control_routes, request.method, request.path);
  if (found.route != nullptr) {
    return found.route->answer(desk_, {request, std::move(found.parts)});
  }
  return found.other_method ? control_error({405, 0, "there is no such method here"})
                            : control_error({404, 0, "there is no such route"});
}

std::size_t Simulator::body_bytes_max(const api::HttpRequest& request) const {
  if (const auto header = request.header(binding_header)) {
    const auto binding = is_authorised(request) ? binding_of(*header) : std::nullopt;
    return binding ? binding_body_bytes_max(*binding) : 64 * kib;
  }
  const std::string_view path = request.path;
  const bool is_api = path.starts_with("/client/v4/");
  const bool is_open = !is_api && !path.starts_with(control_prefix);
  if (!is_open && !is_authorised(request)) return 64 * kib;
  const Found found = is_api
                          ? find_route(api_routes, request.method, path.substr(api_prefix.size()))
                      : is_open ? find_route(open_routes, request.method, path)
                                : find_route(control_routes, request.method, path);
  return found.route == nullptr ? 64 * kib : found.route->body_bytes_max;
}

api::HttpResponse Simulator::refusal(int status, const std::string& message) {
  return failure({status, code_invalid, message});
}

// The time that it takes tells nothing of the token.
bool Simulator::is_authorised(const api::HttpRequest& request) const {
  constexpr std::string_view scheme = "bearer ";
  const std::string_view header = request.header("authorization").value_or("");
  if (header.size() <= scheme.size()) return false;
  const bool bearer = std::equal(scheme.begin(), scheme.end(), header.begin(), [](char a, char b) {
    return a == static_cast<char>(std::tolower(static_cast<unsigned char>(b)));
  });
  return bearer && api::same_secret(header.substr(scheme.size()), token_);
}

}  // namespace cutover::simulate
