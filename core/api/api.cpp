#include "core/api/api.h"

#include <algorithm>
#include <mutex>

#include "core/api/authorise.h"
#include "core/api/envelope.h"
#include "core/api/handlers.h"
#include "core/api/text_rules.h"
#include "core/ports/check.h"

namespace cutover::api {
namespace {

// What is known of a request when it ends, for the telemetry and the rollback guard.
struct Ending {
  const Route* route = nullptr;
  HttpResponse response;
  std::string_view code;  // of the problem; empty for a success
};

// Methods as the telemetry may have them: a label must not grow with what people send.
std::string_view label_of(std::string_view method) {
  for (const std::string_view known :
       {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}) {
    if (method == known) return known;
  }
  return "other";
}

Checked<void> check_query(const HttpRequest& request, const Route& route, std::size_t count_max) {
  const Pairs& query = request.query;
  if (query.size() > count_max) {
    return bad_request("the query has " + std::to_string(query.size()) + " parameters; at most " +
                       std::to_string(count_max) + " are read");
  }
  for (auto it = query.begin(); it != query.end(); ++it) {
    const std::string& name = it->first;
    if (std::find(route.query.begin(), route.query.end(), name) == route.query.end()) {
      std::string known;
      for (const std::string_view one : route.query) known += " " + std::string(one);
      return bad_request("unknown query parameter " + shown(name) +
                         (known.empty() ? "; this route takes none" : "; known:" + known));
    }
    const bool again =
        std::any_of(query.begin(), it, [&name](const auto& pair) { return pair.first == name; });
    if (again) return bad_request("the query parameter " + shown(name) + " is given twice");
  }
  return {};
}

// "application/json", in any case, with or without parameters.
bool is_json(std::string_view content_type) {
  const std::string_view type = content_type.substr(0, content_type.find(';'));
  constexpr std::string_view wanted = "application/json";
  std::string small;
  for (const char character : type.substr(0, wanted.size() + 8)) {
    if (character == ' ' || character == '\t') continue;
    small += character >= 'A' && character <= 'Z' ? static_cast<char>(character + 32) : character;
  }
  return small == wanted;
}

Checked<Body> read_body(const HttpRequest& request, const Route& route, const ApiOptions& options) {
  if (request.body.size() > options.body_bytes_max) {
    return refuse(413, "BODY_TOO_LARGE",
                  "a body has at most " + std::to_string(options.body_bytes_max) + " bytes");
  }
  if (route.takes == Takes::no_body) {
    if (!request.body.empty()) return bad_request("this route takes no body");
    return Body();
  }
  if (route.takes == Takes::maybe_json && request.body.empty()) return Body();
  if (!is_json(request.header("Content-Type").value_or(""))) {
    return refuse(415, "UNSUPPORTED_MEDIA_TYPE", "send the body as Content-Type: application/json");
  }
  return Body::parse(request.body, options.body_depth_max, route.fields);
}

Checked<HttpResponse> writes_stopped() {
  return tl::unexpected<Problem>(Problem{
      503,
      "WRITES_STOPPED",
      "writes are stopped while an inconsistency of the data is looked into; try again later",
      {{"Retry-After", "60"}},
      {}});
}

// Match, authorise, validate, call.
Checked<HttpResponse> answer(const std::shared_ptr<Context>& context, const HttpRequest& request,
                             Ending& ending) {
  const Match match = match_route(request.method, request.path);
  if (!match.path_known) {
    return refuse(404, "ROUTE_NOT_FOUND", "there is no route " + shown(request.path));
  }
  if (request.method == "OPTIONS") {
    HttpResponse options;
    options.status = 204;
    options.headers = {{"Allow", match.allow}};
    return options;
  }
  if (match.route == nullptr) {
    Problem problem{405, "METHOD_NOT_ALLOWED", "this path allows " + match.allow, {}, {}};
    problem.headers = {{"Allow", match.allow}};
    return tl::unexpected(std::move(problem));
  }
  const Route& route = *match.route;
  ending.route = &route;
  const std::int64_t now = context->parts.runtime.wall().seconds();
  const std::string_view user = match.parameters.empty() ? "" : match.parameters.front();
  auto allowed = authorise(route.access, user, request, context->options, now);
  if (!allowed) return tl::unexpected(std::move(allowed.error()));
  auto checked = check_query(request, route, context->options.query_parameters_max);
  if (!checked) return tl::unexpected(std::move(checked.error()));
  auto body = read_body(request, route, context->options);
  if (!body) return tl::unexpected(std::move(body.error()));
  if (route.kind == Kind::library_write && !context->parts.rollout.writes_allowed()) {
    return writes_stopped();
  }
  Call call{context, request, route, match.parameters, std::move(*body)};
  return route.handler(call);
}

}  // namespace

Context::Context(const ApiParts& api_parts, const ApiOptions& api_options)
    : parts(api_parts), options(api_options), mutex(api_parts.runtime.mutex()) {}

std::optional<std::string_view> Call::query(std::string_view name) const {
  for (const auto& [key, value] : request.query) {
    if (key == name) return value;
  }
  return std::nullopt;
}

struct Api::State {
  std::shared_ptr<Context> context;
};

Api::Api(const ApiParts& parts, const ApiOptions& options)
    : state_(std::make_unique<State>(State{std::make_shared<Context>(parts, options)})) {
  CUTOVER_CHECK(options.body_depth_max >= 1, "a body is at least an object");
}

Api::~Api() = default;

HttpResponse Api::handle(const HttpRequest& request) {
  ApiParts& parts = state_->context->parts;
  const Duration start = parts.runtime.now();
  Ending ending;
  Checked<HttpResponse> answered = answer(state_->context, request, ending);
  if (answered) {
    ending.response = std::move(*answered);
  } else {
    ending.code = answered.error().code;
    ending.response = failure(parts.runtime.wall(), answered.error());
  }
  const Duration took = parts.runtime.now() - start;
  if (request.method == "HEAD") ending.response.body.clear();

  const std::string_view pattern = ending.route == nullptr ? "none" : ending.route->pattern;
  parts.telemetry.emit("http.request", {{"route", pattern},
                                        {"method", label_of(request.method)},
                                        {"status", std::int64_t{ending.response.status}},
                                        {"micros", std::int64_t{took.count()}}});
  // The guard judges what readers and users get. An operator's migration of many seconds is no slow
  // read, and a refusal of writes that the guard itself asked for is no new trouble.
  const bool counts = ending.route == nullptr ||
                      (ending.route->kind != Kind::probe && ending.route->kind != Kind::admin);
  if (counts) {
    const bool server_error = ending.response.status >= 500 && ending.code != "WRITES_STOPPED";
    parts.rollout.request_finished(server_error, took);
  }
  return std::move(ending.response);
}

void Api::stop() {
  const std::lock_guard lock(*state_->context->mutex);
  state_->context->stopping = true;
}

}  // namespace cutover::api
