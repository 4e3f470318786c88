#include "fakes/cloudflare/books_handlers.h"

#include <algorithm>
#include <cctype>
#include <utility>

#include "fakes/cloudflare/json_input.h"
#include "fakes/provider/provider_client.h"

namespace cutover::simulate {
namespace {

using fakes::ProviderTrouble;

constexpr std::string_view volume_id_prefix = "isbn";  // then 13 digits

api::HttpResponse error(int status, const char* reason, const std::string& message,
                        const char* state = nullptr) {
  Json inner;
  inner["code"] = status;
  inner["message"] = message;
  inner["errors"] = Json::array({{{"message", message}, {"domain", "global"}, {"reason", reason}}});
  if (state != nullptr) inner["status"] = state;
  return json_answer({{"error", inner}}, status);
}

api::HttpResponse bytes(const char* type, std::string body) {
  api::HttpResponse response;
  response.content_type = type;
  response.body = std::move(body);
  return response;
}

// The trouble that has these words; nothing: the gate's own fault, told by its kind.
std::optional<ProviderTrouble> trouble_of(const Failure& failure) {
  for (const ProviderTrouble trouble : fakes::provider_troubles()) {
    if (fakes::is_answer(trouble)) continue;
    if (fakes::failure_of(trouble).message == failure.message) return trouble;
  }
  return std::nullopt;
}

Answer plain_trouble(const Failure& failure) {
  switch (failure.kind) {
    case FailureKind::throttled:
      return error(429, "rateLimitExceeded", fakes::failure_of(ProviderTrouble::quota).message,
                   "RESOURCE_EXHAUSTED");
    case FailureKind::timeout:
    case FailureKind::connection_lost: return std::nullopt;
    default: return error(503, "backendFailed", "Service temporarily unavailable.");
  }
}

Answer trouble_answer(const Failure& failure) {
  const auto trouble = trouble_of(failure);
  if (!trouble) return plain_trouble(failure);
  switch (*trouble) {
    case ProviderTrouble::quota:
      return error(429, "rateLimitExceeded", failure.message, "RESOURCE_EXHAUSTED");
    case ProviderTrouble::quota_as_400: return error(400, "dailyLimitExceeded", failure.message);
    case ProviderTrouble::rate_limit: return error(403, "userRateLimitExceeded", failure.message);
    case ProviderTrouble::backend_failed: return error(503, "backendFailed", failure.message);
    case ProviderTrouble::unknown_location: return error(403, "unknownLocation", failure.message);
    case ProviderTrouble::not_enabled: return error(403, "accessNotConfigured", failure.message);
    case ProviderTrouble::html:
      return bytes("text/html; charset=utf-8", "<!DOCTYPE html>\n<title>Sorry...</title>\n");
    case ProviderTrouble::malformed_json:
      return bytes("application/json", R"({"kind":"books#volumes","totalItems":1,"items":[{"vol)");
    case ProviderTrouble::huge:
      return bytes("application/json", R"({"kind":"books#volumes","filler":")" +
                                           std::string(ProviderLimits::answer_bytes_max, 'x') +
                                           "\"}");
    default: return std::nullopt;
  }
}

// Digits of "isbn:978-0-...": hyphens and blanks do not count. Empty: no search by ISBN-13.
std::string isbn_of(std::string_view query) {
  if (!query.starts_with("isbn:")) return {};
  std::string digits;
  for (const char c : query.substr(5)) {
    if (c == '-' || c == ' ') continue;
    if (c < '0' || c > '9' || digits.size() == 13) return {};
    digits += c;
  }
  return digits.size() == 13 ? digits : std::string();
}

// Volumes have an id and an address, which the simulated provider does not give them.
void name_volumes(Json& answer, const std::string& isbn) {
  if (!answer.is_object() || !answer.contains("items") || !answer["items"].is_array()) return;
  for (Json& item : answer["items"]) {
    if (!item.is_object() || item.contains("id")) continue;
    const std::string id = std::string(volume_id_prefix) + isbn;
    item["id"] = id;
    item["selfLink"] = "https://www.googleapis.com/books/v1/volumes/" + id;
  }
}

// What the provider says about this ISBN-13, whole.
template <class Answers>
Answer find(Desk& desk, const std::string& isbn, Answers&& answer) {
  return desk.entrance.enter([&](Cloud& cloud) -> Answer {
    auto outcome = cloud.call([&](sim::Process& process) {
      fakes::ProviderClient client(cloud.provider(), cloud.gate(), process);
      return client.find(isbn);
    });
    if (!outcome) return std::nullopt;
    if (!*outcome) return trouble_answer(outcome->error());
    return answer(std::move(**outcome));
  });
}

Answer no_volumes() {
  return json_answer({{"kind", "books#volumes"}, {"totalItems", 0}});
}

}  // namespace

Answer search_volumes(Desk& desk, const Asked& asked) {
  const std::string* query = query_value(asked.http, "q");
  if (query == nullptr || query->empty()) return error(400, "queryRequired", "Missing query.");
  const std::string isbn = isbn_of(*query);
  if (isbn.empty()) return no_volumes();
  return find(desk, isbn, [&](std::optional<std::string> text) -> Answer {
    if (!text) return no_volumes();
    auto json = parse_json(*text);
    if (!json) return bytes("application/json", std::move(*text));
    name_volumes(*json, isbn);
    return json_answer(*json);
  });
}

Answer get_volume(Desk& desk, const Asked& asked) {
  const std::string& id = asked.parts.at(0);
  // An id that nobody knows is answered as a failing backend: cloudflare-facts D2.
  const auto unknown = [] {
    return error(503, "backendFailed", "Service temporarily unavailable.");
  };
  const std::string isbn =
      id.starts_with(volume_id_prefix) ? isbn_of("isbn:" + id.substr(volume_id_prefix.size())) : "";
  if (isbn.empty()) return unknown();
  return find(desk, isbn, [&](std::optional<std::string> text) -> Answer {
    if (!text) return unknown();
    auto json = parse_json(*text);
    if (!json) return bytes("application/json", std::move(*text));
    name_volumes(*json, isbn);
    const bool has_volume = json->is_object() && json->contains("items") &&
                            (*json)["items"].is_array() && !(*json)["items"].empty();
    return has_volume ? json_answer((*json)["items"][0]) : unknown();
  });
}

}  // namespace cutover::simulate
