#include <algorithm>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "adapters/dump/base64.h"
#include "adapters/sqlite/kv_rules.h"
#include "fakes/cloudflare/json_input.h"
#include "fakes/cloudflare/kv_handlers.h"

namespace cutover::simulate {

// What became of the pairs of one bulk write.
struct BulkOutcome {
  std::int64_t done = 0;
  std::vector<std::string> undone;  // keys that the store did not take now
};

std::uint64_t payload_of(const BulkOutcome& outcome) {
  std::uint64_t hash = sim::hash_of(std::to_string(outcome.done));
  for (const std::string& key : outcome.undone) hash = sim::hash_of(key, hash);
  return hash;
}

namespace {

constexpr std::size_t pairs_max = 10'000;

struct Pair {
  std::string key;
  std::string value;
  KvPutOptions options;
};

ApiError wrong(std::size_t at, const std::string& what) {
  return {400, code_invalid, std::to_string(at) + "." + what};
}

Checked<Pair> pair_of(Json& json, std::size_t at) {
  if (!json.is_object()) return tl::unexpected(wrong(at, "must be an object"));
  const auto key = text_member(json, "key", KvLimits::key_bytes_max);
  if (!key) return tl::unexpected(wrong(at, key.error().message));
  const auto value = json.find("value");
  if (value == json.end() || !value->is_string()) {
    return tl::unexpected(wrong(at, "value: must be a text"));
  }
  Pair pair{*key, std::move(value->get_ref<std::string&>()), {}};
  const auto base64 = json.find("base64");
  if (base64 != json.end() && !base64->is_boolean()) {
    return tl::unexpected(wrong(at, "base64: must be true or false"));
  }
  if (base64 != json.end() && base64->get<bool>()) {
    auto bytes = dump::decode_base64(pair.value);
    if (!bytes) return tl::unexpected(wrong(at, "value: is not Base64"));
    pair.value = std::move(*bytes);
  }
  const auto ttl = number_member(json, "expiration_ttl", KvLimits::ttl_seconds_min, INT32_MAX);
  if (!ttl) return tl::unexpected(wrong(at, ttl.error().message));
  const auto expiration = number_member(json, "expiration", 0, INT32_MAX);
  if (!expiration) return tl::unexpected(wrong(at, expiration.error().message));
  pair.options.expiration_ttl = *ttl;
  if (!*ttl) pair.options.expiration = *expiration;
  const auto metadata = json.find("metadata");
  if (metadata != json.end() && !metadata->is_null()) {
    pair.options.metadata = text_of(*metadata);
    if (pair.options.metadata.size() > KvLimits::metadata_bytes_max) {
      return tl::unexpected(wrong(at, "metadata: is longer than 1024 bytes"));
    }
  }
  return pair;
}

bool same(const Pair& a, const Pair& b) {
  return a.value == b.value && a.options.expiration == b.options.expiration &&
         a.options.expiration_ttl == b.options.expiration_ttl &&
         a.options.metadata == b.options.metadata;
}

// A key that comes twice must say the same twice, and is written once.
Checked<std::vector<Pair>> pairs_of(const std::string& body) {
  auto json = parse_json(body);
  if (!json) return tl::unexpected(json.error());
  if (!json->is_array() || json->empty() || json->size() > pairs_max) {
    return tl::unexpected(
        ApiError{400, code_invalid, "the body must be a list of 1 to 10000 pairs"});
  }
  std::vector<Pair> pairs;
  std::map<std::string, std::size_t> at;
  for (std::size_t i = 0; i < json->size(); ++i) {
    auto pair = pair_of((*json)[i], i);
    if (!pair) return tl::unexpected(pair.error());
    const auto [earlier, is_new] = at.emplace(pair->key, pairs.size());
    if (is_new) {
      pairs.push_back(std::move(*pair));
    } else if (!same(pairs[earlier->second], *pair)) {
      return tl::unexpected(
          ApiError{400, code_invalid,
                   "received duplicate key with different values or expiration parameters: \"" +
                       pair->key + "\""});
    }
  }
  return pairs;
}

Checked<std::vector<std::string>> keys_of(const Json& list, std::size_t keys_max) {
  if (!list.is_array() || list.empty() || list.size() > keys_max) {
    return tl::unexpected(ApiError{
        400, code_invalid, "keys: must be a list of 1 to " + std::to_string(keys_max) + " keys"});
  }
  std::vector<std::string> keys;
  for (const Json& key : list) {
    // wrangler also sends what a listing gave: {"name": ...}
    const Json* name = key.is_object() && key.contains("name") ? &key["name"] : &key;
    if (!name->is_string()) {
      return tl::unexpected(ApiError{400, code_invalid, "keys: every key must be a text"});
    }
    keys.push_back(name->get<std::string>());
  }
  return keys;
}

// One write for many keys: one call, one latency, and each key on its own once it is there.
template <class Items, class Write>
Answer write_bulk(Cloud& cloud, KvNamespace& place, std::string_view site, std::string_view method,
                  const Items& items, std::string key, Write&& write) {
  sim::Call call;
  call.service = Service::kv;
  call.site = site;
  call.operation = method;
  call.key = std::move(key);
  const Duration half = place.service->options().write_latency / 2;
  auto outcome = cloud.call([&](sim::Process& process) {
    return cloud.gate().call(process, call, {half, Duration{0}, half}, nullptr,
                             sim::hash_of(std::to_string(items.size())),
                             [&]() -> Outcome<BulkOutcome> {
                               BulkOutcome done;
                               for (const auto& item : items) {
                                 if (auto failure = write(item, done)) return std::move(*failure);
                               }
                               return done;
                             });
  });
  if (!outcome) return std::nullopt;
  if (!*outcome) return kv_failure(method, outcome->error());
  return success(
      {{"successful_key_count", (*outcome)->done}, {"unsuccessful_keys", (*outcome)->undone}});
}

// Trouble of the moment leaves a key undone; a key or value that can never be written fails all.
std::optional<Failure> note(const Outcome<void>& outcome, const std::string& key,
                            BulkOutcome& bulk) {
  if (outcome) {
    ++bulk.done;
  } else if (outcome.error().retryable) {
    bulk.undone.push_back(key);
  } else {
    return outcome.error();
  }
  return std::nullopt;
}

Checked<Json> shown_value(const std::string& text, bool as_json) {
  if (!as_json) return Json(text);
  auto parsed = parse_json(text);
  if (!parsed) {
    return tl::unexpected(
        ApiError{400, code_invalid,
                 "get bulk: 'At least one of the requested keys corresponds to a non-json value'"});
  }
  return parsed;
}

Json whole_entry(const KvNamespace& place, const std::string& key, Json value) {
  const fakes::StoredValuePtr stored = place.service->standing(key);
  Json whole{{"value", std::move(value)}, {"metadata", nullptr}};
  if (stored == nullptr) return whole;
  if (!stored->value.metadata.empty()) whole["metadata"] = metadata_json(stored->value.metadata);
  if (stored->expiration) whole["expiration"] = *stored->expiration;
  return whole;
}

// What can never be written, so that a bulk write with such a pair writes none.
std::optional<Failure> refused(const Pair& pair, UnixTime now) {
  if (auto failure = sqlite::check_key("put", pair.key)) return failure;
  if (auto failure = sqlite::check_expiry(pair.options, now.seconds())) return failure;
  return sqlite::check_value(pair.value);
}

}  // namespace

Answer put_bulk(Desk& desk, const Asked& asked) {
  const auto pairs = pairs_of(asked.http.body);
  if (!pairs) return failure(pairs.error());
  return visit_namespace(desk, asked, "put bulk", [&](Cloud& cloud, KvNamespace& place) -> Answer {
    for (const Pair& pair : *pairs) {
      if (auto failure = refused(pair, cloud.wall())) return kv_failure("put bulk", *failure);
    }
    return write_bulk(cloud, place, "kv.put_bulk", "put bulk", *pairs, pairs->front().key,
                      [&](const Pair& pair, BulkOutcome& bulk) {
                        return note(
                            place.service->put(api_location, pair.key, pair.value, pair.options),
                            pair.key, bulk);
                      });
  });
}

Answer delete_bulk(Desk& desk, const Asked& asked) {
  const auto list = parse_json(asked.http.body);
  if (!list) return failure(list.error());
  const auto keys = keys_of(*list, pairs_max);
  if (!keys) return failure(keys.error());
  for (const std::string& key : *keys) {
    if (auto failure = sqlite::check_key("remove", key)) return kv_failure("remove bulk", *failure);
  }
  return visit_namespace(desk, asked, "remove bulk", [&](Cloud& cloud, KvNamespace& place) {
    return write_bulk(cloud, place, "kv.remove_bulk", "remove bulk", *keys, keys->front(),
                      [&](const std::string& key, BulkOutcome& bulk) {
                        return note(place.service->remove(api_location, key), key, bulk);
                      });
  });
}

Answer get_bulk(Desk& desk, const Asked& asked) {
  const auto body = parse_object(asked.http.body);
  if (!body) return failure(body.error());
  if (auto unknown = only_members(*body, {"keys", "type", "withMetadata"})) {
    return failure(*unknown);
  }
  const auto keys = keys_of(body->value("keys", Json::array()), KvLimits::get_many_keys_max);
  if (!keys) return failure(keys.error());
  const Json type = body->value("type", Json("text"));
  if (type != "text" && type != "json") {
    return failure({400, code_invalid, "type: must be text or json"});
  }
  const Json wants_metadata = body->value("withMetadata", Json(false));
  if (!wants_metadata.is_boolean()) {
    return failure({400, code_invalid, "withMetadata: must be true or false"});
  }
  const bool as_json = type == "json";
  const bool with_metadata = wants_metadata.get<bool>();
  return visit_namespace(desk, asked, "get bulk", [&](Cloud& cloud, KvNamespace& place) {
    return call_kv(
        cloud, place, "get bulk", [&](fakes::KvClient& client) { return client.get_many(*keys); },
        [&](const Outcome<std::vector<std::optional<std::string>>>& found) -> Answer {
          Json values = Json::object();
          for (std::size_t i = 0; i < keys->size(); ++i) {
            const std::string& key = (*keys)[i];
            Json& value = values[key] = nullptr;
            if (!(*found)[i]) continue;
            auto shown = shown_value(*(*found)[i], as_json);
            if (!shown) return failure(shown.error());
            value = with_metadata ? whole_entry(place, key, std::move(*shown)) : std::move(*shown);
          }
          return success({{"values", std::move(values)}});
        });
  });
}

}  // namespace cutover::simulate
