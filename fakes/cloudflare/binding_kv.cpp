#include <algorithm>
#include <utility>

#include "fakes/cloudflare/bindings.h"
#include "fakes/cloudflare/json_input.h"
#include "fakes/cloudflare/kv_handlers.h"

namespace cutover::simulate {
namespace {

constexpr const char* metadata_header = "CF-KV-Metadata";
constexpr std::size_t keys_shown_max = 1000;

api::HttpResponse bytes(std::string body) {
  api::HttpResponse response;
  response.content_type = "application/octet-stream";
  response.body = std::move(body);
  return response;
}

// The binding makes "KV GET failed: STATUS REASON" of it.
api::HttpResponse refused(int status, std::string reason) {
  api::HttpResponse response = bytes("");
  response.status = status;
  response.reason = std::move(reason);
  return response;
}

Answer refused(const Failure& failure) {
  const auto said = said_by_kv(failure);
  if (!said) return std::nullopt;
  return refused(said->status, said->text);
}

// A number of the query; nothing when it is absent. What is no number is refused.
Checked<std::optional<std::int64_t>> number_of(const api::HttpRequest& request, const char* name) {
  const std::string* text = query_value(request, name);
  if (text == nullptr) return std::optional<std::int64_t>();
  const auto number = whole_number(*text);
  if (number) return number;
  return tl::unexpected(ApiError{400, 0, "Invalid " + std::string(name)});
}

template <class Call, class Answers>
Answer call_from(Desk& desk, const Binding& binding, bool changes, Call&& call, Answers&& answer) {
  const auto inside = [&](Cloud& cloud) -> Answer {
    const auto found = cloud.namespaces.find(binding.id);
    if (found == cloud.namespaces.end()) return refused(404, "no such namespace");
    auto outcome = cloud.call([&](sim::Process& process) {
      fakes::KvClient client(*found->second.service, cloud.gate(), process, binding.location);
      return call(client);
    });
    if (!outcome) return std::nullopt;
    if (!*outcome) return refused(outcome->error());
    return answer(*outcome);
  };
  return changes ? desk.entrance.enter_and_change(inside) : desk.entrance.enter(inside);
}

Answer get(Desk& desk, const Binding& binding, const std::string& key) {
  return call_from(
      desk, binding, false, [&](fakes::KvClient& client) { return client.get(key); },
      [](Outcome<std::optional<KvValue>>& value) -> Answer {
        if (!*value) return refused(404, "Not Found");
        api::HttpResponse response = bytes(std::move((*value)->bytes));
        if (!(*value)->metadata.empty()) {
          response.headers.emplace_back(metadata_header, (*value)->metadata);
        }
        return response;
      });
}

Answer put(Desk& desk, const Binding& binding, const std::string& key,
           const api::HttpRequest& request) {
  KvPutOptions options;
  const auto ttl = number_of(request, "expiration_ttl");
  if (!ttl) return refused(400, ttl.error().message);
  const auto expiration = number_of(request, "expiration");
  if (!expiration) return refused(400, expiration.error().message);
  options.expiration_ttl = *ttl;
  if (!*ttl) options.expiration = *expiration;
  options.metadata = request.header(metadata_header).value_or("");
  return call_from(
      desk, binding, true,
      [&](fakes::KvClient& client) { return client.put(key, request.body, options); },
      [](const Outcome<void>&) -> Answer { return bytes(""); });
}

Answer remove(Desk& desk, const Binding& binding, const std::string& key) {
  return call_from(
      desk, binding, true, [&](fakes::KvClient& client) { return client.remove(key); },
      [](const Outcome<void>&) -> Answer { return bytes(""); });
}

Answer list(Desk& desk, const Binding& binding, const api::HttpRequest& request) {
  KvListQuery query;
  const auto limit = number_of(request, "key_count_limit");
  if (!limit) return refused(400, limit.error().message);
  if (*limit && **limit < 0) return refused(400, "Invalid key_count_limit");
  query.limit = static_cast<std::size_t>(limit->value_or(keys_shown_max));
  if (const std::string* prefix = query_value(request, "prefix")) query.prefix = *prefix;
  if (const std::string* cursor = query_value(request, "cursor")) query.cursor = *cursor;
  return call_from(
      desk, binding, false, [&](fakes::KvClient& client) { return client.list(query); },
      [](const Outcome<KvPage>& page) -> Answer {
        Json keys = Json::array();
        for (const KvListedKey& key : page->keys) {
          Json& shown = keys.emplace_back(Json{{"name", key.name}});
          if (key.expiration) shown["expiration"] = *key.expiration;
          if (!key.metadata.empty()) shown["metadata"] = key.metadata;  // a text here
        }
        Json answer = {{"keys", std::move(keys)}, {"list_complete", page->complete}};
        if (!page->complete) answer["cursor"] = page->cursor;
        return json_answer(answer);
      });
}

struct BulkGet {
  std::vector<std::string> keys;
  bool as_json = false;
  bool with_metadata = false;
};

Checked<BulkGet> bulk_get_of(const std::string& body) {
  const auto json = parse_object(body);
  if (!json) return tl::unexpected(json.error());
  const auto keys = json->find("keys");
  if (keys == json->end() || !keys->is_array() ||
      !std::all_of(keys->begin(), keys->end(), [](const Json& key) { return key.is_string(); })) {
    return tl::unexpected(ApiError{400, 0, "keys must be a list of texts"});
  }
  BulkGet asked;
  for (const Json& key : *keys) asked.keys.push_back(key.get<std::string>());
  asked.as_json = json->contains("type") && (*json)["type"] == "json";
  asked.with_metadata = json->contains("withMetadata") && (*json)["withMetadata"] == true;
  return asked;
}

// The value, in the form that was asked for; nothing when it is not of that form.
std::optional<Json> shown_value(const BulkGet& asked, const std::optional<std::string>& value) {
  if (!value) return Json();
  if (!asked.as_json) return Json(*value);
  auto parsed = parse_json(*value);
  if (!parsed) return std::nullopt;
  return std::move(*parsed);
}

Answer get_many(Desk& desk, const Binding& binding, const api::HttpRequest& request) {
  const auto asked = bulk_get_of(request.body);
  if (!asked) return refused(400, asked.error().message);
  const auto inside = [&](Cloud& cloud) -> Answer {
    const auto found = cloud.namespaces.find(binding.id);
    if (found == cloud.namespaces.end()) return refused(404, "no such namespace");
    const fakes::KvService& service = *found->second.service;
    auto values = cloud.call([&](sim::Process& process) {
      fakes::KvClient client(*found->second.service, cloud.gate(), process, binding.location);
      return client.get_many(asked->keys);
    });
    if (!values) return std::nullopt;
    if (!*values) return refused(values->error());
    Json answer = Json::object();
    for (std::size_t i = 0; i < asked->keys.size(); ++i) {
      const std::string& key = asked->keys[i];
      auto shown = shown_value(*asked, (**values)[i]);
      if (!shown)
        return refused(400, "At least one of the requested keys corresponds to a non-JSON value");
      if (!asked->with_metadata || shown->is_null()) {
        answer[key] = std::move(*shown);
        continue;
      }
      const fakes::StoredValuePtr stored = service.standing(key);
      const bool described = stored != nullptr && !stored->value.metadata.empty();
      answer[key] = {{"value", std::move(*shown)},
                     {"metadata", described ? metadata_json(stored->value.metadata) : Json()}};
    }
    return json_answer(answer);
  };
  return desk.entrance.enter(inside);
}

}  // namespace

Answer answer_kv_binding(Desk& desk, const Binding& binding, const api::HttpRequest& request) {
  const std::string key = request.path.substr(std::min<std::size_t>(1, request.path.size()));
  if (request.method == "POST" && key == "bulk/get") return get_many(desk, binding, request);
  if (request.method == "GET" && key.empty()) return list(desk, binding, request);
  if (request.method == "GET") return get(desk, binding, key);
  if (request.method == "PUT") return put(desk, binding, key, request);
  if (request.method == "DELETE") return remove(desk, binding, key);
  return refused(405, "Method Not Allowed");
}

}  // namespace cutover::simulate
