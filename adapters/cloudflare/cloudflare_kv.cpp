#include "adapters/cloudflare/cloudflare_kv.h"

#include <algorithm>
#include <utility>

#include "adapters/cloudflare/kv_json.h"
#include "adapters/cloudflare/list_cursor.h"
#include "adapters/cloudflare/verdict.h"
#include "adapters/sqlite/kv_rules.h"

namespace cutover::cloudflare {
namespace {

constexpr std::size_t api_list_keys_min = 10;
constexpr std::size_t cursor_bytes_max = 8192;
constexpr std::int64_t key_not_found = 10009;
constexpr std::string_view replacement_character = "\xEF\xBF\xBD";

constexpr Question getting{Service::kv, "get", false};
constexpr Question getting_many{Service::kv, "get_many", false};
constexpr Question putting{Service::kv, "put", true};
constexpr Question removing{Service::kv, "remove", true};
constexpr Question listing{Service::kv, "list", false};

// That there is no such key, and not that there is no such namespace or route.
bool says_absent(const ApiAnswer& answer, const Envelope& envelope) {
  if (answer.status != 404) return false;
  if (envelope.has_code(key_not_found)) return true;
  // It has been seen without an error list, too.
  return answer.body.empty() || (envelope.valid() && envelope.code() == 0);
}

// A page that is cut where the caller's limit ends.
KvPage cut_page(KvPage page, const ListCursor& from, std::size_t limit) {
  if (!from.last_key.empty()) {
    const auto is_done = [&](const KvListedKey& key) { return key.name <= from.last_key; };
    page.keys.erase(std::remove_if(page.keys.begin(), page.keys.end(), is_done), page.keys.end());
  }
  if (page.keys.size() > limit) {
    page.keys.resize(limit);
    page.complete = false;
    page.cursor = ListCursor{page.keys.back().name, from.service}.text();
  } else if (!page.complete) {
    page.cursor = ListCursor{"", page.cursor}.text();
  }
  return page;
}

}  // namespace

tl::expected<std::unique_ptr<CloudflareKv>, std::string> CloudflareKv::create(
    ApiClient& api, Runtime& runtime, const std::string& namespace_id) {
  if (!is_id(namespace_id)) {
    return tl::unexpected(
        std::string("the KV namespace id must be 1 to 64 letters, digits, - or _; "
                    "`wrangler kv namespace list` shows it"));
  }
  return std::unique_ptr<CloudflareKv>(new CloudflareKv(api, runtime, namespace_id));
}

CloudflareKv::CloudflareKv(ApiClient& api, Runtime& runtime, const std::string& namespace_id)
    : api_(api), runtime_(runtime), base_("/storage/kv/namespaces/" + namespace_id) {}

Outcome<ApiAnswer> CloudflareKv::ask(const Question& question, ApiRequest request) {
  request.path = base_ + request.path;
  request.writes = question.writes;
  auto answer = api_.call(request);
  if (!answer) return judge_silence(question, answer.error(), api_);
  return std::move(*answer);
}

Outcome<std::optional<KvValue>> CloudflareKv::get(std::string_view key) {
  if (auto refused = sqlite::check_key("get", key)) return std::move(*refused);
  const std::string name(key);
  auto answer = ask(getting, {"POST", "/bulk/get", bulk_get_body(std::span(&name, 1), true)});
  if (!answer) return std::move(answer.error());
  std::optional<KvValue> value;
  if (answer->status == 413) {  // a value of nearly 25 MiB, and its frame
    auto metadata = metadata_of(key);
    if (!metadata) return std::move(metadata.error());
    value = KvValue{std::string(replacement_character), std::move(*metadata)};
  } else {
    const Envelope envelope(answer->body);
    if (answer->status != 200 || !envelope.success()) {
      return judge_refusal(getting, *answer, envelope, api_);
    }
    auto entry = entry_of(envelope, key);
    if (!entry) return judge_nonsense(getting, "a bulk read without values and metadata");
    value = std::move(*entry);
  }
  if (!value || value->bytes.find(replacement_character) == std::string::npos) return value;
  auto bytes = bytes_of(key);
  if (!bytes) return std::move(bytes.error());
  if (!*bytes) return std::optional<KvValue>();
  value->bytes = std::move(**bytes);
  return value;
}

Outcome<std::optional<std::string>> CloudflareKv::bytes_of(std::string_view key) {
  auto answer = ask(getting, {"GET", "/values/" + percent_encoded(key), ""});
  if (!answer) return std::move(answer.error());
  if (answer->status == 200) return std::optional<std::string>(std::move(answer->body));
  const Envelope envelope(answer->body);
  if (says_absent(*answer, envelope)) return std::optional<std::string>();
  return judge_refusal(getting, *answer, envelope, api_);
}

Outcome<std::string> CloudflareKv::metadata_of(std::string_view key) {
  auto answer = ask(getting, {"GET", "/metadata/" + percent_encoded(key), ""});
  if (!answer) return std::move(answer.error());
  const Envelope envelope(answer->body);
  if (says_absent(*answer, envelope)) return std::string();
  if (answer->status != 200 || !envelope.success()) {
    return judge_refusal(getting, *answer, envelope, api_);
  }
  auto metadata = metadata_result_of(envelope);
  if (!metadata) return judge_nonsense(getting, "an answer without metadata");
  return std::move(*metadata);
}

Outcome<std::vector<std::optional<std::string>>> CloudflareKv::get_many(
    std::span<const std::string> keys) {
  if (auto refused = sqlite::check_key_count(keys.size())) return std::move(*refused);
  for (const std::string& key : keys) {
    if (auto refused = sqlite::check_key("get_many", key)) return std::move(*refused);
  }
  auto answer = ask(getting_many, {"POST", "/bulk/get", bulk_get_body(keys, false)});
  if (!answer) return std::move(answer.error());
  const Envelope envelope(answer->body);
  if (answer->status != 200 || !envelope.success()) {
    return judge_refusal(getting_many, *answer, envelope, api_);
  }
  auto values = values_of(envelope, keys);
  if (!values) return judge_nonsense(getting_many, "a bulk read without values");
  return std::move(*values);
}

Outcome<void> CloudflareKv::put(std::string_view key, std::string_view value,
                                const KvPutOptions& options) {
  if (auto refused = sqlite::check_key("put", key)) return std::move(*refused);
  if (auto refused = sqlite::check_value(value)) return std::move(*refused);
  if (auto refused = sqlite::check_metadata(options.metadata)) return std::move(*refused);
  if (auto refused = sqlite::check_expiry(options, runtime_.wall().seconds())) {
    return std::move(*refused);
  }
  if (!options.metadata.empty() && !is_json(options.metadata)) {
    return judge_unasked(putting, FailureKind::malformed, "the metadata is not JSON");
  }
  auto answer = ask(putting, {"PUT", "/bulk", bulk_put_body(key, value, options)});
  if (!answer) return std::move(answer.error());
  const Envelope envelope(answer->body);
  if (answer->status != 200 || !envelope.success()) {
    return judge_refusal(putting, *answer, envelope, api_);
  }
  const auto written = all_written(envelope);
  if (!written) return judge_nonsense(putting, "a bulk write without its result");
  if (!*written) {
    Failure failure =
        judge_nonsense(putting, "the key did not reach every place (unsuccessful_keys)");
    failure.kind = FailureKind::unavailable;
    return failure;
  }
  return {};
}

Outcome<void> CloudflareKv::remove(std::string_view key) {
  if (auto refused = sqlite::check_key("remove", key)) return std::move(*refused);
  auto answer = ask(removing, {"DELETE", "/values/" + percent_encoded(key), ""});
  if (!answer) return std::move(answer.error());
  const Envelope envelope(answer->body);
  if (says_absent(*answer, envelope)) return {};
  if (answer->status != 200 || (envelope.valid() && !envelope.success())) {
    return judge_refusal(removing, *answer, envelope, api_);
  }
  if (!envelope.valid()) return judge_nonsense(removing, "status 200 without JSON");
  return {};
}

Outcome<KvPage> CloudflareKv::list(const KvListQuery& query) {
  if (auto refused = sqlite::check_list_limit(query)) return std::move(*refused);
  const auto from = ListCursor::parse(query.cursor);
  if (!from || query.cursor.size() > cursor_bytes_max) {
    return judge_unasked(listing, FailureKind::malformed, "this is no cursor of Cloudflare's API");
  }
  if (auto refused = sqlite::check_list_prefix(query)) return std::move(*refused);
  std::string path = "/keys?limit=" + std::to_string(std::max(query.limit, api_list_keys_min));
  if (!query.prefix.empty()) path += "&prefix=" + percent_encoded(query.prefix);
  if (!from->service.empty()) path += "&cursor=" + percent_encoded(from->service);
  auto answer = ask(listing, {"GET", std::move(path), ""});
  if (!answer) return std::move(answer.error());
  const Envelope envelope(answer->body);
  if (answer->status != 200 || !envelope.success()) {
    return judge_refusal(listing, *answer, envelope, api_);
  }
  auto page = page_of(envelope);
  if (!page) return judge_nonsense(listing, "a listing without keys");
  return cut_page(std::move(*page), *from, query.limit);
}

}  // namespace cutover::cloudflare
