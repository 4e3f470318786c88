#include <utility>

#include "fakes/cloudflare/json_input.h"
#include "fakes/cloudflare/kv_handlers.h"
#include "fakes/cloudflare/multipart.h"

namespace cutover::simulate {
namespace {

constexpr std::int64_t page_min = 10;  // of the HTTP API; a Worker may ask for less
constexpr std::int64_t page_max = 1000;

Answer key_not_found(std::string_view method) {
  return failure({404, 10009, std::string(method) + ": 'key not found'"});
}

struct Put {
  std::string value;
  KvPutOptions options;
};

Checked<std::optional<std::int64_t>> query_time(const api::HttpRequest& request, const char* name) {
  const std::string* text = query_value(request, name);
  if (text == nullptr || text->empty()) return std::optional<std::int64_t>();
  const auto number = whole_number(*text);
  if (!number) {
    return tl::unexpected(ApiError{400, code_invalid, std::string(name) + ": must be a number"});
  }
  return number;
}

Checked<Put> put_of(const api::HttpRequest& request) {
  Put put;
  const std::string type(request.header("content-type").value_or(""));
  if (is_multipart(type)) {
    auto fields = parse_multipart(type, request.body);
    if (!fields || !fields->contains("value")) {
      return tl::unexpected(ApiError{400, code_invalid, "put: 'the multipart body needs a value'"});
    }
    put.value = std::move((*fields)["value"]);
    if (fields->contains("metadata")) {
      put.options.metadata = std::move((*fields)["metadata"]);
      // What is too long the service refuses by itself.
      if (put.options.metadata.size() <= KvLimits::metadata_bytes_max &&
          Json::parse(put.options.metadata, nullptr, false).is_discarded()) {
        return tl::unexpected(ApiError{400, code_invalid, "put: 'metadata must be valid json'"});
      }
      if (put.options.metadata == "null") put.options.metadata.clear();
    }
  } else {
    put.value = request.body;
  }
  const auto ttl = query_time(request, "expiration_ttl");
  if (!ttl) return tl::unexpected(ttl.error());
  const auto expiration = query_time(request, "expiration");
  if (!expiration) return tl::unexpected(expiration.error());
  put.options.expiration_ttl = *ttl;
  if (!*ttl) put.options.expiration = *expiration;
  return put;
}

}  // namespace

Json metadata_json(const std::string& text) {
  auto parsed = parse_json(text);
  return parsed ? std::move(*parsed) : Json(text);
}

Answer list_keys(Desk& desk, const Asked& asked) {
  const auto limit = query_number(asked.http, "limit", page_min, page_max, page_max);
  if (!limit) return failure(limit.error());
  KvListQuery query;
  query.limit = static_cast<std::size_t>(*limit);
  if (const std::string* prefix = query_value(asked.http, "prefix")) query.prefix = *prefix;
  if (const std::string* cursor = query_value(asked.http, "cursor")) query.cursor = *cursor;
  const auto answer = [](const Outcome<KvPage>& page) -> Answer {
    Json keys = Json::array();
    for (const KvListedKey& key : page->keys) {
      Json& shown = keys.emplace_back(Json{{"name", key.name}});
      if (key.expiration) shown["expiration"] = *key.expiration;
      if (!key.metadata.empty()) shown["metadata"] = metadata_json(key.metadata);
    }
    return success(keys, {{"count", page->keys.size()}, {"cursor", page->cursor}});
  };
  return visit_namespace(desk, asked, "list keys", [&](Cloud& cloud, KvNamespace& place) {
    return call_kv(
        cloud, place, "list keys", [&](fakes::KvClient& client) { return client.list(query); },
        answer);
  });
}

Answer get_value(Desk& desk, const Asked& asked) {
  const std::string& key = asked.parts.at(2);
  return visit_namespace(desk, asked, "get", [&](Cloud& cloud, KvNamespace& place) {
    return call_kv(
        cloud, place, "get", [&](fakes::KvClient& client) { return client.get(key); },
        [&](Outcome<std::optional<KvValue>>& value) -> Answer {
          if (!*value) return key_not_found("get");
          api::HttpResponse response;
          response.content_type = "application/octet-stream";
          response.body = std::move((*value)->bytes);
          const fakes::StoredValuePtr stored = place.service->standing(key);
          if (stored != nullptr && stored->expiration) {
            response.headers.emplace_back("expiration", std::to_string(*stored->expiration));
          }
          return response;
        });
  });
}

Answer get_metadata(Desk& desk, const Asked& asked) {
  const std::string& key = asked.parts.at(2);
  return visit_namespace(desk, asked, "get metadata", [&](Cloud& cloud, KvNamespace& place) {
    return call_kv(
        cloud, place, "get metadata", [&](fakes::KvClient& client) { return client.get(key); },
        [&](const Outcome<std::optional<KvValue>>& value) -> Answer {
          if (!*value) return key_not_found("get metadata");
          const std::string& metadata = (*value)->metadata;
          return success(metadata.empty() ? Json(nullptr) : metadata_json(metadata));
        });
  });
}

Answer put_value(Desk& desk, const Asked& asked) {
  const auto put = put_of(asked.http);
  if (!put) return failure(put.error());
  const std::string& key = asked.parts.at(2);
  return visit_namespace(desk, asked, "put", [&](Cloud& cloud, KvNamespace& place) {
    return call_kv(
        cloud, place, "put",
        [&](fakes::KvClient& client) { return client.put(key, put->value, put->options); },
        [](const Outcome<void>&) -> Answer { return success(Json::object()); });
  });
}

Answer delete_value(Desk& desk, const Asked& asked) {
  const std::string& key = asked.parts.at(2);
  return visit_namespace(desk, asked, "remove", [&](Cloud& cloud, KvNamespace& place) {
    return call_kv(
        cloud, place, "remove", [&](fakes::KvClient& client) { return client.remove(key); },
        [](const Outcome<void>&) -> Answer { return success(Json::object()); });
  });
}

}  // namespace cutover::simulate
