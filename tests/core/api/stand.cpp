#include "tests/core/api/stand.h"

#include <chrono>
#include <thread>

#include "core/api/user_token.h"
#include "core/store/schema_migrations.h"
#include "tests/core/api/contract.h"

namespace cutover::api {

using nlohmann::json;

void KeptTelemetry::emit(std::string_view name, std::span<const Field> fields) {
  std::string event(name);
  for (const Field& field : fields) {
    event += " " + std::string(field.name) + "=";
    if (const auto* number = std::get_if<std::int64_t>(&field.value)) {
      event += std::to_string(*number);
    } else {
      event += std::get<std::string_view>(field.value);
    }
  }
  const std::lock_guard lock(mutex_);
  events_.push_back(std::move(event));
}

std::vector<std::string> KeptTelemetry::events(std::string_view name) const {
  const std::lock_guard lock(mutex_);
  std::vector<std::string> found;
  for (const std::string& event : events_) {
    if (event.starts_with(std::string(name) + " ")) found.push_back(event);
  }
  return found;
}

SystemOptions stand_options() {
  SystemOptions options;
  options.rollout.environment_flag = "true";
  options.rollout.refresh_after = Duration(1);
  options.api.admin_token = admin_token;
  options.api.user_secret = user_secret;
  options.api.version = "test";
  options.metrics_text = [] { return std::string("# TYPE up gauge\nup 1\n"); };
  return options;
}

Stand::Stand(const SystemOptions& options) : runtime(std::make_unique<threads::ThreadRuntime>(1)) {
  auto database = sqlite::SqliteDatabase::open(":memory:");
  auto store = sqlite::SqliteKv::open(":memory:", *runtime);
  if (!database || !store) throw std::runtime_error("no SQLite in memory");
  d1_file = std::move(*database);
  kv = std::move(*store);
  const auto applied = store::apply(*d1_file, store::embedded_migrations(), false);
  EXPECT_TRUE(applied && applied->ok());
  d1 = std::make_unique<SwitchedDatabase>(*d1_file);
  system = std::make_unique<System>(*kv, *d1, provider, *runtime, telemetry, options);
}

Stand::~Stand() {
  runtime.reset();  // waits for deferred work, which uses the rest
}

HttpResponse Stand::send(const HttpRequest& request) {
  HttpResponse response = system->api().handle(request);
  EXPECT_EQ(contract_complaints(request, response), "") << request.method << " " << request.path;
  return response;
}

HttpRequest make_request(const std::string& method, const std::string& target,
                         const std::string& token, const std::string& body) {
  HttpRequest request;
  request.method = method;
  const std::size_t mark = target.find('?');
  request.path = target.substr(0, mark);
  std::size_t start = mark;
  while (start != std::string::npos) {
    const std::size_t end = target.find('&', start + 1);
    const std::string pair = target.substr(start + 1, end - start - 1);
    const std::size_t equals = pair.find('=');
    request.query.emplace_back(pair.substr(0, equals),
                               equals == std::string::npos ? "" : pair.substr(equals + 1));
    start = end;
  }
  if (!token.empty()) request.headers.emplace_back("Authorization", "Bearer " + token);
  if (!body.empty()) request.headers.emplace_back("content-type", "application/json");
  request.body = body;
  return request;
}

HttpResponse Stand::as_admin(const std::string& method, const std::string& target,
                             const std::string& body) {
  return send(make_request(method, target, admin_token, body));
}

HttpResponse Stand::as_user(const std::string& user, const std::string& method,
                            const std::string& target, const std::string& body,
                            const Pairs& headers) {
  HttpRequest request = make_request(method, target, token_of(user), body);
  request.headers.insert(request.headers.end(), headers.begin(), headers.end());
  return send(request);
}

HttpResponse Stand::get(const std::string& target) {
  return send(make_request("GET", target, "", ""));
}

void Stand::add_to_d1(const std::string& isbn, const std::string& title, int year,
                      const std::string& authors) {
  const auto done = d1_file->query(
      {"INSERT INTO Books (isbn, title, authors, publication_year, canonical_metadata, "
       "source_time) VALUES (?1, ?2, ?3, ?4, '{}', unixepoch() * 1000)",
       {isbn, title, authors, std::int64_t{year}}});
  ASSERT_TRUE(done.has_value()) << describe(done.error());
}

void Stand::add_to_kv(const std::string& isbn, const std::string& title) {
  const json book = {{"isbn", isbn}, {"title", title}, {"authors", {"Somebody"}}};
  const auto done = kv->put("book:isbn:" + isbn, book.dump(), {});
  ASSERT_TRUE(done.has_value()) << describe(done.error());
}

void Stand::add_to_provider(const std::string& isbn, const std::string& title) {
  const json volume = {
      {"title", title},
      {"authors", {"Somebody"}},
      {"publishedDate", "2001-05-04"},
      {"industryIdentifiers", json::array({{{"type", "ISBN_13"}, {"identifier", isbn}}})}};
  const json answer = {{"kind", "books#volumes"},
                       {"totalItems", 1},
                       {"items", json::array({{{"id", "x"}, {"volumeInfo", volume}}})}};
  provider.books[isbn] = answer.dump();
}

void Stand::move_to(const std::string& phase, int percent) {
  json body = {{"phase", phase}, {"reason", "test"}};
  if (percent != 0) body["percent"] = percent;
  const HttpResponse moved = as_admin("POST", "/admin/phase", body.dump());
  ASSERT_EQ(moved.status, 200) << moved.body;
}

bool soon(const std::function<bool()>& holds) {
  for (int i = 0; i < 500; ++i) {
    if (holds()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return false;
}

json json_of(const HttpResponse& response) {
  return json::parse(response.body);
}

std::string code_of(const HttpResponse& response) {
  const json body = json::parse(response.body, nullptr, false);
  return body.is_object() && body.contains("error") ? body["error"].value("code", "") : "";
}

std::string header_of(const HttpResponse& response, const std::string& name) {
  for (const auto& [key, value] : response.headers) {
    if (key == name) return value;
  }
  return {};
}

std::string token_of(const std::string& user) {
  return mint_user_token(user_secret, user, 4'000'000'000);
}

Failure failure_of(Service service, FailureKind kind) {
  return {service, "call", kind, false, Duration(0), Effect::not_applied, "secret words"};
}

}  // namespace cutover::api
