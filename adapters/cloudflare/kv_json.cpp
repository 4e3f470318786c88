#include "adapters/cloudflare/kv_json.h"

#include <nlohmann/json.hpp>

#include "adapters/dump/base64.h"
#include "adapters/sqlite/utf8.h"

namespace cutover::cloudflare {
namespace {

using simdjson::SUCCESS;
using simdjson::dom::element;

std::string text_of(const element& value) {
  return value.is_null() ? std::string() : std::string(simdjson::minify(value));
}

std::string metadata_in(const element& entry) {
  element metadata;
  return entry["metadata"].get(metadata) == SUCCESS ? text_of(metadata) : std::string();
}

// A key may hold what a JSON pointer would take apart.
bool find_value(const Envelope& envelope, std::string_view key, element& value) {
  simdjson::dom::object values;
  return envelope.get("/result/values", values) && values.at_key(key).get(value) == SUCCESS &&
         !value.is_null();
}

bool has_values(const Envelope& envelope) {
  simdjson::dom::object values;
  return envelope.get("/result/values", values);
}

std::optional<KvListedKey> listed_key_of(const element& entry) {
  KvListedKey key;
  std::string_view name;
  if (entry["name"].get(name) != SUCCESS) return std::nullopt;
  key.name = name;
  element expiration;
  if (entry["expiration"].get(expiration) == SUCCESS && !expiration.is_null()) {
    double seconds = 0;  // a number in the API's description, not an integer
    if (expiration.get(seconds) != SUCCESS || !(seconds >= 0 && seconds < 1e15)) {
      return std::nullopt;
    }
    key.expiration = static_cast<std::int64_t>(seconds);
  }
  key.metadata = metadata_in(entry);
  return key;
}

}  // namespace

std::string bulk_get_body(std::span<const std::string> keys, bool with_metadata) {
  nlohmann::json body;
  body["keys"] = std::vector<std::string>(keys.begin(), keys.end());
  body["type"] = "text";
  if (with_metadata) body["withMetadata"] = true;
  return body.dump();
}

std::optional<std::vector<std::optional<std::string>>> values_of(
    const Envelope& envelope, std::span<const std::string> keys) {
  if (!has_values(envelope)) return std::nullopt;
  std::vector<std::optional<std::string>> values;
  values.reserve(keys.size());
  for (const std::string& key : keys) {
    element value;
    if (!find_value(envelope, key, value)) {
      values.emplace_back();
      continue;
    }
    std::string_view text;
    if (value.get(text) != SUCCESS) return std::nullopt;
    values.emplace_back(text);
  }
  return values;
}

std::optional<std::optional<KvValue>> entry_of(const Envelope& envelope, std::string_view key) {
  if (!has_values(envelope)) return std::nullopt;
  element entry;
  if (!find_value(envelope, key, entry)) return std::optional<KvValue>();
  element value;
  if (entry["value"].get(value) != SUCCESS) return std::nullopt;
  if (value.is_null()) return std::optional<KvValue>();
  std::string_view text;
  if (value.get(text) != SUCCESS) return std::nullopt;
  return std::optional<KvValue>(KvValue{std::string(text), metadata_in(entry)});
}

std::optional<std::string> metadata_result_of(const Envelope& envelope) {
  element result;
  if (!envelope.get("/result", result)) return std::nullopt;
  return text_of(result);
}

std::string bulk_put_body(std::string_view key, std::string_view value,
                          const KvPutOptions& options) {
  nlohmann::json entry;
  entry["key"] = key;
  const bool text = is_utf8(value);
  entry["value"] = text ? std::string(value) : dump::encode_base64(value);
  if (!text) entry["base64"] = true;
  // The TTL wins when both are set, as everywhere in KV.
  if (options.expiration_ttl) {
    entry["expiration_ttl"] = *options.expiration_ttl;
  } else if (options.expiration) {
    entry["expiration"] = *options.expiration;
  }
  std::string body = "[" + entry.dump();
  if (!options.metadata.empty()) {  // as it is, so that its numbers stay what they are
    body.pop_back();
    body += ",\"metadata\":" + options.metadata + "}";
  }
  return body + "]";
}

std::optional<bool> all_written(const Envelope& envelope) {
  simdjson::dom::array left;
  if (envelope.get("/result/unsuccessful_keys", left)) return left.size() == 0;
  std::int64_t written = 0;
  if (!envelope.get("/result/successful_key_count", written)) return std::nullopt;
  return written == 1;
}

std::optional<KvPage> page_of(const Envelope& envelope) {
  simdjson::dom::array keys;
  if (!envelope.get("/result", keys)) return std::nullopt;
  KvPage page;
  page.keys.reserve(keys.size());
  for (const element entry : keys) {
    auto key = listed_key_of(entry);
    if (!key) return std::nullopt;
    page.keys.push_back(std::move(*key));
  }
  element cursor;
  if (envelope.get("/result_info/cursor", cursor) && !cursor.is_null()) {
    std::string_view text;
    if (cursor.get(text) != SUCCESS) return std::nullopt;
    page.cursor = text;
  }
  page.complete = page.cursor.empty();
  return page;
}

bool is_json(std::string_view text) {
  simdjson::dom::parser parser;
  return parser.parse(simdjson::padded_string(text)).error() == SUCCESS;
}

}  // namespace cutover::cloudflare
